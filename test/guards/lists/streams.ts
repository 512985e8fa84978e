import type { Guard } from '../guard.ts'

const streams = ['test/web/streams/streams.test.ts']
const atService = ['test/portal/phone.slow.test.ts']
const phones = ['test/signin/page/phones.test.ts']

const history = ['test/store/audit/history.slow.test.ts']
const approval = ['test/signin/page/approval.slow.test.ts']

const receipts = ['test/methods/phones/receipts.test.ts']

/** Guards of streams of events, and of what a prompt says of itself. */
export const streamGuards: readonly Guard[] = [
  {
    name: 'PEOPLE R22: a stream ends with the right to it',
    file: 'src/web/streams/streams.ts',
    source: 'if (now === undefined) return stop()',
    without: '',
    noticedBy: streams,
  },
  {
    name: 'PEOPLE R22: the session still stands at each event',
    file: 'src/web/streams/routes.ts',
    source: 'if (!(await sessions.stillStands(session, address, isDue))) return undefined',
    without: '',
    noticedBy: atService,
  },
  {
    name: 'PEOPLE R22: the phone is still there at each event',
    file: 'src/web/streams/routes.ts',
    source: 'if (!(await phones.stillCounts(phone))) return undefined',
    without: '',
    noticedBy: atService,
  },
  {
    name: 'PEOPLE R22: a phone of another person, or of one who is blocked, does not count',
    file: 'src/methods/phones/judge.ts',
    source:
      'return phone?.userKey === userKey && (await accounts.load(userKey)).blocked === undefined',
    without: 'return phone !== undefined',
    noticedBy: phones,
  },
  {
    name: 'PEOPLE R22: a signature opens one stream',
    file: 'src/methods/phones/judge.ts',
    source: 'if (said.atMs <= (openedAtMs.get(phone.id) ?? 0)) return undefined',
    without: '',
    noticedBy: phones,
  },
  {
    name: 'PEOPLE R22: a stream ends after five minutes',
    file: 'src/web/streams/streams.ts',
    source: 'clock.after(lifeMs, () => stop())',
    without: 'clock.after(lifeMs, () => undefined)',
    noticedBy: streams,
  },
  {
    name: 'HTTP: streams are bounded',
    file: 'src/web/streams/streams.ts',
    source: 'all.length < bounds.all && near.length < bounds.perNetwork',
    without: 'all.length >= 0 && near.length >= 0',
    noticedBy: streams,
  },
  {
    name: 'RULES 4: a late report where no password was proven stops the gateway',
    file: 'src/signin/fraud/report-late.ts',
    source: '? stopGateway(parts, gateway, userKey)',
    without: '? stopStranger({ ...parts, onFraud: settings.onFraud }, userKey)',
    noticedBy: approval,
  },
  {
    name: 'PEOPLE R13: a report that nobody has signed spends no other',
    file: 'src/signin/sharing/registry-memory.ts',
    source: 'const others = challenges.filter((each) => each !== kept)',
    without: 'const others: typeof challenges = []',
    noticedBy: approval,
  },
  {
    name: 'HTTP: streams of one owner are bounded',
    file: 'src/web/streams/streams.ts',
    source: 'if (own.length >= bounds.perOwner) {',
    without: 'if (own.length < 0) {',
    noticedBy: streams,
  },
  {
    name: 'HTTP: a stream whose page reads nothing ends',
    file: 'src/web/streams/event-stream.ts',
    source: 'if (raw.writableLength > mostUnreadBytes) raw.destroy()',
    without: '',
    noticedBy: streams,
  },
  {
    name: 'R11: other people and refused sign-ins from an address take its hint away',
    file: 'src/store/audit/history.ts',
    source: 'read.all > mostRead || read.others > 0',
    without: 'read.all > mostRead',
    noticedBy: history,
  },
  {
    name: 'R11: the hint is of an address that the gateway says is the person’s',
    file: 'src/signin/page/earlier.ts',
    source: ' || personAddress(attempt) === undefined',
    without: '',
    noticedBy: approval,
  },
  {
    name: 'R11: no hint beside a refused sign-in',
    file: 'src/web/approve/show.ts',
    source: ' || refused.length > 0 ?',
    without: ' ?',
    noticedBy: approval,
  },
  {
    name: 'R11: a refused sign-in stands on the page of the one that is open',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: '  await registry.noteRefused(open.id, refusedBeside(context))\n',
    without: '',
    noticedBy: approval,
  },
  {
    name: 'Receipts: signed by the phone, over this prompt',
    file: 'src/methods/phones/receipts.ts',
    source:
      'if (!isSignedBy(phone.publicKey, receiptBytes(receipt, id, prompt), signature)) return',
    without: '',
    noticedBy: receipts,
  },
  {
    name: 'Receipts: of a prompt that the phone was asked with',
    file: 'src/methods/phones/receipts.ts',
    source: 'if (!(await wasAsked(phone, prompt))) return',
    without: '',
    noticedBy: [...receipts, ...atService],
  },
]
