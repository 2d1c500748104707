import { EventScanner } from './event-scanner.ts';
import { ScanSlots } from './scan-slots.ts';

/** What a thread that scans events is started with. */
export interface ScanTask {
  readonly role: 'scanner';
  readonly shared: SharedArrayBuffer;
}

/** Scans what is given, until no more will come: see scan-ahead.ts. */
export function runScanner({ shared }: ScanTask): void {
  const slots = new ScanSlots(shared);
  const scanner = new EventScanner();
  for (let slot = slots.next(); slot !== null; slot = slots.next()) slot.scan(scanner);
}
