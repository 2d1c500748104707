import { Box, type SuspendTerminal, useApp, useInput } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import { keyPresses } from './key-name.ts';
import type { PanesLayout, PlacedPane } from './layout.ts';
import { ListPane } from './panes/ListPane.tsx';
import { emptyText, isListPane } from './panes/lists.ts';
import type { ScreenData } from './panes/screen-data.ts';
import { tagLine, titleLine } from './panes/title-line.ts';
import { TrendsPane } from './panes/trends/TrendsPane.tsx';
import type { ScreenController } from './screen-controller.ts';
import { currentOverlay, type ScreenModel } from './screen-model.ts';
import { currentPosition } from './state/move.ts';
import { DetailOverlay } from './widgets/DetailOverlay.tsx';
import { footerLine } from './widgets/footer-line.ts';
import { HelpOverlay } from './widgets/HelpOverlay.tsx';
import { bannerLine, headerLines } from './widgets/header-lines.ts';
import { Lines } from './widgets/Lines.tsx';
import { type Look, LookContext, useLook } from './widgets/look.ts';
import { Notice } from './widgets/Notice.tsx';
import { summaryLines, tabStripLine } from './widgets/summary-lines.ts';
import { timeBarLine } from './widgets/time-bar-line.ts';

export interface AppProps {
  readonly screen: ScreenController;
  readonly look: Look;
  readonly version: string;
  /** Given the way to hand the terminal to someone else, which only Ink knows. */
  readonly onTerminal: (suspend: SuspendTerminal) => void;
}

/** The whole screen. All it knows comes from the controller; all it does is hand over keys and draw. */
export function App({ screen, look, version, onTerminal }: AppProps) {
  const model = useSyncExternalStore(screen.subscribe, screen.snapshot);
  const { suspendTerminal } = useApp();
  useEffect(() => onTerminal(suspendTerminal), [onTerminal, suspendTerminal]);
  useInput((input, key) => screen.press(keyPresses(input, key)));
  const { columns, rows } = model.size;
  return (
    <LookContext value={look}>
      <Box width={columns} height={rows}>
        <Screen model={model} version={version} />
      </Box>
    </LookContext>
  );
}

function Screen({ model, version }: { readonly model: ScreenModel; readonly version: string }) {
  const { layout, size, shown } = model;
  if (layout.kind === 'too-small') return <Notice size={size} texts={tooSmallTexts(model)} />;
  if (shown === null)
    return <Notice size={size} texts={[`bpfwitness ${version}`, 'waiting for the first data; q quits']} />;
  const overlay = currentOverlay(model);
  return (
    <>
      <Edges model={model} layout={layout} data={shown} />
      {overlay === null ? (
        <Panes model={model} layout={layout} data={shown} />
      ) : overlay.kind === 'help' ? (
        <HelpOverlay rect={layout.body} top={overlay.top} version={version} />
      ) : (
        <DetailOverlay rect={layout.body} overlay={overlay} data={shown} />
      )}
    </>
  );
}

interface PartProps {
  readonly model: ScreenModel;
  readonly layout: PanesLayout;
  readonly data: ScreenData;
}

/** Header, banner, time bar and footer. */
function Edges({ model, layout, data }: PartProps) {
  const { glyphs } = useLook();
  const { state, newEvents } = model;
  const { width } = layout.header;
  const { banner, replay } = data.view;
  const pane = state.prompt ?? state.focus;
  const list = isListPane(pane) ? model.listOf(pane) : null;
  return (
    <>
      <Lines rect={layout.header} lines={headerLines(data.view, newEvents, width, glyphs)} />
      {layout.banner !== null && banner !== null && (
        <Lines rect={layout.banner} lines={[bannerLine(banner, width, glyphs)]} />
      )}
      {layout.timeBar !== null && replay !== null && (
        <Lines rect={layout.timeBar} lines={[timeBarLine(replay, width, glyphs)]} />
      )}
      <Lines rect={layout.footer} lines={[footerLine(state, { replay, list }, width, glyphs)]} />
    </>
  );
}

function Panes({ model, layout, data }: PartProps) {
  const { glyphs } = useLook();
  const { tabStrip, summary } = layout;
  const { focus } = model.state;
  return (
    <>
      {tabStrip !== null && <Lines rect={tabStrip} lines={[tabStripLine(focus, tabStrip.width, glyphs)]} />}
      {layout.panes.map((placed) => (
        <Pane key={placed.pane} placed={placed} model={model} data={data} />
      ))}
      {summary !== null && <Lines rect={summary} lines={summaryLines(data, summary.width, glyphs)} />}
    </>
  );
}

function Pane(props: { readonly placed: PlacedPane; readonly model: ScreenModel; readonly data: ScreenData }) {
  const { placed, model, data } = props;
  const { pane, rect, tabs } = placed;
  const { state } = model;
  const focused = state.focus === pane;
  const list = isListPane(pane) ? model.listOf(pane) : null;
  const filter = isListPane(pane) ? state.lists[pane].filter : '';
  const title = titleLine(pane, { list, filter, focused, tabs });
  if (!isListPane(pane)) {
    const { trends, time } = data.view;
    return <TrendsPane rect={rect} trends={trends} now={time} title={title} focused={focused} />;
  }
  if (list === null) return null;
  return (
    <ListPane
      rect={rect}
      list={list}
      title={title}
      tag={tagLine(pane, data, state.following && state.pause === null)}
      focused={focused}
      position={currentPosition(state, pane, list, model.heightOf(pane))}
      empty={emptyText(pane, data, filter)}
    />
  );
}

function tooSmallTexts({ size, layout }: ScreenModel): readonly string[] {
  const needed = layout.kind === 'too-small' ? layout.needed : size;
  return [
    'The terminal is too small.',
    `It has ${size.columns} columns and ${size.rows} rows.`,
    `Needed: ${needed.columns} columns and ${needed.rows} rows.`,
    'q quits',
  ];
}
