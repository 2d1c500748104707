import { readFileSync } from 'node:fs';
import type { InputSpec } from '../sources/open.ts';

/** The demo capture in base64, put here by the bundler (scripts/build.ts); not there when run from source. */
declare const BUNDLED_DEMO_CAPTURE: string | undefined;

/** The capture that comes with the program: a quiet host, then an attack (scripts/record-demo.ts made it). */
export function demoCapture(): InputSpec {
  const bytes =
    typeof BUNDLED_DEMO_CAPTURE === 'string'
      ? Buffer.from(BUNDLED_DEMO_CAPTURE, 'base64')
      : readFileSync(new URL('../../demo/demo.capture.gz', import.meta.url));
  return { name: 'demo.capture.gz', bytes };
}
