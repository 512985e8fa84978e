import type { Guard } from '../guard.ts'

const kept = 'src/web/pages/people/parts/kept.ts'
const inBrowser = ['test/browser/portal/mail-link.test.ts']

/** Guards of links, and of the one address that browsers know. */
export const linkGuards: readonly Guard[] = [
  {
    name: 'PEOPLE R21: the origin of the portal is in the file, and never what Host says',
    file: 'src/web/ground/origin.ts',
    source: 'const isOurs = origin === publicUrl',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    without: 'const isOurs = [publicUrl, `http://${headers.host}`].includes(origin ?? "")',
    noticedBy: ['test/web/people/portal.slow.test.ts'],
  },
  {
    name: 'PEOPLE R21: pages send browsers to the address in the file, and never where Host says',
    file: 'src/web/people/pages.ts',
    source: 'reply.redirect(publicUrl + request.raw.url)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    without: 'reply.redirect(`http://${request.headers.host}${request.raw.url}`)',
    noticedBy: ['test/web/people/portal.slow.test.ts'],
  },
  {
    name: 'PEOPLE R26: the code of a link stands behind #',
    file: kept,
    source: 'codeOfHash(location.hash)',
    without: "codeOfHash(location.hash || location.search.replace('?', '#'))",
    noticedBy: inBrowser,
  },
  {
    name: 'PEOPLE R26: the code of a link leaves the address',
    file: kept,
    source: "history.replaceState(history.state, '', location.pathname)",
    without: '',
    noticedBy: inBrowser,
  },
  {
    name: 'PEOPLE R26: GET changes nothing',
    file: 'src/web/people/routes/sessions.ts',
    source: "server.post(\n    '/api/sign-out'",
    without: "server.all(\n    '/api/sign-out'",
    noticedBy: ['test/portal/every-route.slow.test.ts'],
  },
  {
    name: 'PEOPLE R26: the code of a link counts for 24 hours',
    file: 'src/operations/enrolment/helpdesk-code.ts',
    source: 'untilMs: nowMs + codeLastsMs',
    without: 'untilMs: nowMs + 2 * codeLastsMs',
    noticedBy: ['test/operations/enrolment/helpdesk-code.slow.test.ts'],
  },
  {
    name: 'PEOPLE R26: the code of a link counts once',
    file: 'src/store/web/enrolment-codes.ts',
    source:
      ".deleteFrom('enrolment_code')\n        .where('user_key', '=', value('userKey'))\n        .where('code_hash'",
    without:
      ".updateTable('enrolment_code')\n        .set({ tries_left: 10 })\n        .where('user_key', '=', value('userKey'))\n        .where('code_hash'",
    noticedBy: ['test/store/web/enrolment-codes.test.ts'],
  },
]
