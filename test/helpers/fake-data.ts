import type { Alert } from '../../src/model/alert.ts';
import type { Anomaly } from '../../src/model/anomaly.ts';
import type { CheckDefinition, CheckResult, CheckRun, Violation } from '../../src/model/check.ts';
import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import type { Attachment, BpfMap, Program } from '../../src/model/inventory.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import type { InventoryView, ReplayView, Trends, ViewModel } from '../../src/model/view.ts';

/** 2026-11-23 14:50:10 UTC. */
export const NOW = Date.UTC(2026, 10, 23, 14, 50, 10);

const MINUTE = 60_000;

export function someView(change: Partial<ViewModel> = {}): ViewModel {
  return {
    mode: 'live',
    host: 'web-1',
    time: NOW,
    eventsPerSecond: 12.4,
    events: { stored: 0, shed: 0, seen: 0, changes: 0 },
    storeBytes: 2_516_582,
    unreadable: { count: 0, first: [] },
    problems: [],
    banner: null,
    ended: false,
    replay: null,
    learningUntil: null,
    definitions: CHECKS.map(([id, name, severity]) => definition(id, name, severity)),
    checks: someRun(),
    anomalies: someAnomalies(),
    alerts: someAlerts(),
    trends: someTrends(),
    ...change,
  };
}

export function someReplay(change: Partial<ReplayView> = {}): ReplayView {
  return {
    state: 'playing',
    speed: 4,
    start: NOW - 10 * MINUTE,
    end: NOW,
    cursor: NOW - 6 * MINUTE,
    marks: [
      { time: NOW - 7 * MINUTE, severity: 'warning' },
      { time: NOW - 3 * MINUTE, severity: 'error' },
      { time: NOW - MINUTE, severity: 'critical' },
    ],
    loadedBytes: 1_000_000,
    totalBytes: 1_000_000,
    ...change,
  };
}

const CHECKS: readonly (readonly [string, string, Severity, number])[] = [
  ['check-root-programs', 'Root-Owned Programs', 'warning', 3],
  ['check-map-limits', 'Map Entry Limits', 'error', 0],
  ['check-capabilities', 'Minimal Capabilities', 'warning', 0],
  ['check-audit-enabled', 'Audit Logging', 'critical', -1],
  ['check-frozen-config', 'Frozen Configuration', 'warning', 1],
  ['check-helper-whitelist', 'Helper Whitelist', 'error', 2],
];

function definition(id: string, name: string, severity: Severity): CheckDefinition {
  return {
    id,
    name,
    severity,
    description: `What ${name} looks at.`,
    rationale: 'A program that runs as root can do what root can, and keeps doing it after its loader is gone.',
    remedy: 'Load it from a service with its own user and CAP_BPF, then pin it where that service alone can reach it.',
    references: ['https://docs.kernel.org/bpf/'],
    needs: ['programs'],
    sql: 'SELECT id AS object_id,\n       name AS object_name\n  FROM programs\n WHERE uid = 0',
  };
}

function someRun(): CheckRun {
  const results = CHECKS.map(([id, name, severity, found]): CheckResult => {
    return {
      id,
      name,
      severity,
      status: found > 0 ? 'failed' : found < 0 ? 'inconclusive' : 'passed',
      violations: Array.from({ length: Math.max(0, found) }, (_, index) => violation(index)),
      undecided: [],
      reason: found < 0 ? 'the audit status could not be read' : null,
      rationale: 'It matters.',
      remedy: 'Mend it.',
      references: [],
      durationMs: 0.4,
    };
  });
  return {
    time: NOW,
    results,
    total: 6,
    passed: 2,
    failed: 3,
    inconclusive: 1,
    notApplicable: 0,
    overall: 'fail',
    highestSeverity: 'error',
  };
}

function violation(index: number): Violation {
  return {
    objectKind: 'program',
    objectId: 100 + index,
    objectName: `prog_${index}`,
    message: 'is owned by root (uid 0)',
    fields: { uid: 0 },
  };
}

export function someAnomalies(): readonly Anomaly[] {
  return [
    {
      time: NOW - MINUTE,
      windowMs: 10_000,
      type: 'high-event-rate',
      severity: 'warning',
      details: { expected: 4.2, actual: 61, threshold: 12.6 },
      eventIds: ['0193592a-0001-7000-8000-000000000001'],
    },
    {
      time: NOW - 2 * MINUTE,
      windowMs: 10_000,
      type: 'severity-escalation',
      severity: 'error',
      details: { highSeverityCount: 3, events: [] },
      eventIds: [],
    },
  ];
}

export function someAlerts(): readonly Alert[] {
  return [
    alert('check/check-helper-whitelist', 'error', 'Helper Whitelist', 'firing'),
    alert('anomaly/high-event-rate', 'warning', 'high-event-rate', 'firing'),
    alert('check/check-frozen-config', 'warning', 'Frozen Configuration', 'resolved'),
  ];
}

function alert(fingerprint: string, severity: Severity, title: string, state: Alert['state']): Alert {
  return {
    fingerprint,
    kind: fingerprint.startsWith('check') ? 'check' : 'anomaly',
    severity,
    title,
    summary: `${title}: 2 objects`,
    firstSeen: NOW - 4 * MINUTE,
    lastSeen: NOW - 5_000,
    count: 17,
    state,
    details: { objects: 2 },
    eventIds: [],
  };
}

export function someTrends(points = 60): Trends {
  return {
    intervalMs: 10_000,
    events: Array.from({ length: points }, (_, index) => ({
      time: NOW - (points - index) * 10_000,
      counts: {
        debug: 20 + ((index * 7) % 13),
        info: (index * 3) % 9,
        warning: index % 11 === 0 ? 2 : 0,
        error: index > 45 ? index % 4 : 0,
        critical: index === 52 ? 1 : 0,
      },
    })),
    checkRuns: Array.from({ length: points }, (_, index) => ({
      time: NOW - (points - index) * 10_000,
      passed: index < 40 ? 5 : 2,
      failed: index < 40 ? 0 : 3,
      inconclusive: 1,
    })),
  };
}

export function someEvents(count: number, from = 0): readonly AuditEvent[] {
  return Array.from({ length: count }, (_, offset) => {
    const index = from + offset;
    const type = EVENT_TYPES[(index * 5) % EVENT_TYPES.length] ?? 'program-load';
    const severity = index % 9 === 8 ? 'error' : (SEVERITIES[index % 3] ?? 'info');
    return event(index, type, severity, { summary: `thing number ${index} happened to prog_${index % 7}` });
  });
}

export function event(
  index: number,
  type: AuditEvent['type'],
  severity: Severity,
  details: AuditEvent['details'],
): AuditEvent {
  return {
    id: `0193592a-0000-7000-8000-${String(index).padStart(12, '0')}`,
    time: NOW - 3_600_000 + index * 1_000,
    type,
    severity,
    source: index % 2 === 0 ? 'bpftool' : 'audit',
    host: 'web-1',
    details,
    evidence: [
      { origin: '/var/log/audit/audit.log', line: index + 1, offset: index * 100, text: `type=BPF msg=${index}` },
    ],
  };
}

export function someInventory(programs = 12, maps = 9): InventoryView {
  return {
    programs: Array.from({ length: programs }, (_, index) => program(100 + index)),
    maps: Array.from({ length: maps }, (_, index) => map(500 + index)),
    attachments: Array.from({ length: Math.ceil(programs / 2) }, (_, index) => attachment(100 + index * 2)),
    covers: ['programs', 'maps', 'links', 'net'],
    host: 'web-1',
    boot: null,
    time: NOW,
    processes: [],
  };
}

const PROGRAM_TYPES = ['xdp', 'sched_cls', 'tracepoint', 'kprobe', 'cgroup_skb', 'raw_tracepoint_writable'] as const;

export function program(id: number, change: Partial<Program> = {}): Program {
  return {
    id,
    type: PROGRAM_TYPES[id % PROGRAM_TYPES.length] ?? 'xdp',
    name: `prog_${id}`,
    tag: '3b185187f1855c4c',
    uid: id % 3 === 0 ? 0 : 1000,
    loadedAt: NOW - id * MINUTE,
    bytesXlated: 640,
    bytesMemlock: 4096,
    mapIds: [500, 501],
    pinned: [],
    helpers: id % 4 === 0 ? null : ['map_lookup_elem', 'ktime_get_ns'],
    owners: id % 5 === 0 ? [] : [{ pid: 800 + id, comm: 'systemd' }],
    raw: { id, type: 'xdp', gpl_compatible: true },
    ...change,
  };
}

export function map(id: number, change: Partial<BpfMap> = {}): BpfMap {
  return {
    id,
    type: id % 2 === 0 ? 'hash' : 'percpu_array',
    name: id === 500 ? 'config' : `map_${id}`,
    flags: 0,
    keySize: 4,
    valueSize: 8,
    maxEntries: id % 4 === 0 ? null : 10_240,
    bytesMemlock: 8192,
    frozen: id % 3 === 0 ? null : id % 2 === 0,
    pinned: [],
    owners: [{ pid: 812, comm: 'agent' }],
    contents: null,
    raw: { id },
    ...change,
  };
}

function attachment(programId: number): Attachment {
  return {
    key: `xdp:lo:${programId}`,
    section: 'net',
    type: 'xdp',
    target: 'lo',
    programId,
    linkId: null,
    owners: [],
    raw: {},
  };
}
