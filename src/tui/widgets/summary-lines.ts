import { highestSeverity } from '../../model/severity.ts';
import type { InventoryView } from '../../model/view.ts';
import { plural } from '../../text/units.ts';
import { graphRows, largest, newest } from '../graph.ts';
import { fitLine, type Line, span } from '../line.ts';
import { PANE_TITLES, PANES, type PaneId, paneDigit } from '../panes/ids.ts';
import type { ScreenData } from '../panes/screen-data.ts';
import { timeAxis, totalColumns } from '../panes/trends/columns.ts';
import { type Glyphs, SEVERITY_WORDS } from '../theme/glyphs.ts';

/** The names of all panes on one line, the focused one marked. Exactly `width` cells. */
export function tabStripLine(focus: PaneId, width: number, glyphs: Glyphs): Line {
  const tabs = PANES.flatMap((pane): Line => {
    const name = ` ${paneDigit(pane)} ${PANE_TITLES[pane]} `;
    return [span(name, pane === focus ? 'selected' : undefined), span(' ')];
  });
  return fitLine(tabs, width, glyphs);
}

/** Two lines about what the panes that are not drawn hold. Exactly `width` cells each. */
export function summaryLines({ view, inventory }: ScreenData, width: number, glyphs: Glyphs): readonly Line[] {
  const gap = span(` ${glyphs.separator} `, 'dim');
  const firing = view.alerts.filter((alert) => alert.state === 'firing');
  const worst = highestSeverity(firing.map((alert) => alert.severity));
  const alerts: Line =
    worst === null
      ? [span('no alerts', 'dim')]
      : [
          span(`${plural(firing.length, 'alert')}, worst `),
          span(`${glyphs.severity[worst]} ${SEVERITY_WORDS[worst].full}`, worst),
        ];
  const anomalies = span(
    view.anomalies.length === 0 ? 'no anomalies' : plural(view.anomalies.length, 'anomaly', 'anomalies'),
    view.anomalies.length === 0 ? 'dim' : 'warning',
  );
  const objects = ` ${objectsText(inventory)}`;
  const label = ' events ';
  const room = Math.max(2, width - label.length - objects.length - 1);
  const axis = timeAxis(view.trends, view.time, room);
  const samples = newest(axis === null ? [] : totalColumns(view.trends, axis), room);
  return [
    fitLine([span(' '), ...checksSpans(view), gap, ...alerts, gap, anomalies], width, glyphs),
    fitLine(
      [
        span(label, 'dim'),
        ...graphRows(samples, largest(samples), 1, glyphs).map((row) => span(row, 'graph')),
        span(`${objects} `, 'dim'),
      ],
      width,
      glyphs,
    ),
  ];
}

function checksSpans({ checks }: ScreenData['view']): Line {
  if (checks === null) return [span('checks not run yet', 'dim')];
  return [
    span(`${checks.passed} passed`, 'passed'),
    span(', '),
    span(`${checks.failed} failed`, checks.failed > 0 ? 'failed' : 'dim'),
    ...(checks.inconclusive > 0 ? [span(', '), span(`${checks.inconclusive} inconclusive`, 'inconclusive')] : []),
    ...(checks.notApplicable > 0 ? [span(`, ${checks.notApplicable} n/a`, 'dim')] : []),
  ];
}

/** What was not looked at has no number, not even 0. */
function objectsText({ programs, maps, covers }: InventoryView): string {
  const counts = [
    covers.includes('programs') ? plural(programs.length, 'program') : 'programs unknown',
    covers.includes('maps') ? plural(maps.length, 'map') : 'maps unknown',
  ];
  return counts.join(', ');
}
