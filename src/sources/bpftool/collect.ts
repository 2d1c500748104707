import type { JsonObject } from '../../model/json.ts';
import type { Problem, Section } from '../../model/snapshot.ts';
import type { Listing, Listings } from './run.ts';

/** Listings as a snapshot keeps them. */
export type Listed = { readonly [listing in Listing]?: readonly JsonObject[] };

const SECTIONS: { readonly [listing in Listing]: Section } = {
  prog: 'programs',
  map: 'maps',
  link: 'links',
  net: 'net',
  perf: 'perf',
  cgroup: 'cgroups',
};

/** The listings that bpftool answered. One that broke off ends with an error element, so it is not taken for whole. */
export function collect(listings: Listings, problems: Problem[]): Listed {
  const listed: { [listing in Listing]?: readonly JsonObject[] } = {};
  for (const [listing, { elements, errors }] of listings.answers) {
    const what = `bpftool ${listing} ${listing === 'cgroup' ? 'tree' : 'show'}`;
    for (const error of errors) problems.push({ section: SECTIONS[listing], message: `${what}: ${error}` });
    if (elements === null) continue;
    const whole = errors.length === 0 || elements.some((element) => 'error' in element);
    listed[listing] = whole ? elements : [...elements, { error: errors.join('; ') }];
  }
  if (listings.repairs.length > 0) {
    problems.push({ section: null, message: `bpftool's output had to be repaired: ${listings.repairs.join(', ')}` });
  }
  return listed;
}
