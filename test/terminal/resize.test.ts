import { EventEmitter } from 'node:events';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { announceResize } from '../../src/terminal/resize.ts';

class Output extends EventEmitter {
  columns = 80;
  rows = 24;
}

function watch() {
  const output = new Output();
  const stop = announceResize(output);
  const seen: string[] = [];
  output.on('resize', () => seen.push(`${output.columns}x${output.rows}`));
  return { output, stop, seen };
}

describe('announceResize', () => {
  it('tells of a new size that the runtime says nothing of', () => {
    const { output, stop, seen } = watch();
    output.columns = 120;
    process.emit('SIGWINCH', 'SIGWINCH');
    expect(seen).toEqual(['120x24']);
    process.emit('SIGWINCH', 'SIGWINCH');
    expect(seen).toEqual(['120x24']);
    stop();
  });

  it('does not repeat what the runtime told', () => {
    const { output, stop, seen } = watch();
    output.rows = 50;
    output.emit('resize');
    process.emit('SIGWINCH', 'SIGWINCH');
    expect(seen).toEqual(['80x50']);
    stop();
  });

  it('is silent once it is stopped', () => {
    const { output, stop, seen } = watch();
    const listeners = process.listenerCount('SIGWINCH');
    stop();
    output.columns = 1;
    process.emit('SIGWINCH', 'SIGWINCH');
    expect(seen).toEqual([]);
    expect(process.listenerCount('SIGWINCH')).toBe(listeners - 1);
  });
});
