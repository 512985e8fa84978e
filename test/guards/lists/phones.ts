import type { Guard } from '../guard.ts'

const approving = ['test/signin/page/phones.test.ts']
const ownDigits = ['test/signin/page/own-digits.test.ts']
const pairing = ['test/operations/phones/pairings.test.ts']
const otherMethod = ['test/signin/page/other-method.test.ts']
const settingUp = ['test/operations/enrolment/phones.slow.test.ts']

const bellRoute = ['test/web/phones/bell.slow.test.ts']
const services = ['test/delivery/push/services.test.ts']
const sending = ['test/delivery/push/push.slow.test.ts']
const stored = ['test/store/accounts/phones.test.ts']
const ringing = ['test/methods/phones/bell.test.ts']

/** Guards of phones that approve sign-ins. */
export const phoneGuards: readonly Guard[] = [
  {
    name: 'PEOPLE R1: an approval is signed by the phone',
    file: 'src/methods/phones/judge.ts',
    source:
      'if (!isSignedBy(phone.publicKey, answerBytes(challenge, number), signature)) return undefined',
    without: '',
    noticedBy: approving,
  },
  {
    name: 'PEOPLE R1: no phone of another person, and none that came later, approves',
    file: 'src/methods/phones/judge.ts',
    source: ' || phone.userKey !== userKey || !may.includes(id)',
    without: '',
    noticedBy: approving,
  },
  {
    name: 'PEOPLE R1: a phone says who it is with a signature of now',
    file: 'src/methods/phones/judge.ts',
    source: "return Math.abs(clock.nowMs() - atMs) > helloMs ? 'clock' : phone",
    without: 'return phone',
    noticedBy: approving,
  },
  {
    name: 'PEOPLE R4: a code counts beside its name',
    file: 'src/operations/phones/pairings.ts',
    source: 'pairing.userName !== name || ',
    without: '',
    noticedBy: pairing,
  },
  {
    name: 'PEOPLE R4: a code counts once',
    file: 'src/operations/phones/pairings.ts',
    source: ' || pairing.claim !== undefined) continue',
    without: ') continue',
    noticedBy: pairing,
  },
  {
    name: 'PEOPLE R4: ten tries',
    file: 'src/operations/phones/pairings.ts',
    source: 'pairing.triesLeft -= 1',
    without: '',
    noticedBy: pairing,
  },
  {
    name: 'PEOPLE R4: the person confirms the phone by what it shows',
    file: 'src/operations/phones/prove-phone.ts',
    source: 'claim === undefined || claim.check !== typed',
    without: 'claim === undefined',
    noticedBy: settingUp,
  },
  {
    name: 'PEOPLE R9: another number refuses',
    file: 'src/signin/page/prompts.ts',
    source: 'const isWrong = !isReport && hasWrongNumber(prompt.page, by)',
    without: 'const isWrong = false && hasWrongNumber(prompt.page, by)',
    noticedBy: approving,
  },
  {
    name: 'PEOPLE R9: no page tells the number',
    file: 'src/web/approve/show.ts',
    source: '{ digits: number.length }',
    without: '{ digits: number.length, number }',
    noticedBy: approving,
  },
  {
    name: 'PEOPLE R10: no phone where no number can be shown, and no digits can be typed',
    file: 'src/signin/usable/choices.ts',
    source: 'return isOffered && phoneWay(context) !== undefined && mayAsk(context)',
    without: 'return isOffered && mayAsk(context)',
    noticedBy: ownDigits,
  },
  {
    name: 'PEOPLE R10: no phone without digits where no number can be shown',
    file: 'src/signin/usable/choices.ts',
    source:
      "if (phoneWay(context) === 'own-digits' && ownDigits(context) === undefined) return undefined",
    without: '',
    noticedBy: ownDigits,
  },
  {
    name: 'PEOPLE R9: digits of the person’s own have to be the same on the phone',
    file: 'src/signin/page/facts.ts',
    source: 'return number === undefined ? {} : { number, isOwn: true }',
    without: "return number === undefined ? {} : { number: '24', isOwn: true }",
    noticedBy: ownDigits,
  },
  {
    name: 'PEOPLE R11: other digits share no prompt, whatever device is named',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: 'page?.isOwn && page.number,',
    without: '',
    noticedBy: ownDigits,
  },
  {
    name: 'RULES 14: a late approval counts for the same digits',
    file: 'src/signin/prompts/hold.ts',
    source: "...(method === 'push' ? [ownDigits(context) ?? ''] : []),",
    without: '',
    noticedBy: ownDigits,
  },
  {
    name: 'PEOPLE R1: no one plays a phone but in a demo',
    file: 'src/compose/service/devices.ts',
    source: 'if (!insecureDemo || web?.people === undefined) return undefined',
    without: 'if (web?.people === undefined) return undefined',
    noticedBy: ['test/compose/devices.test.ts'],
  },
  {
    name: 'RULES 5: codes are not guessed as six digits of one’s own',
    file: 'src/signin/second-factor.ts',
    source: 'return lockedUntilMs > clock.nowMs() ? refused : startOption(context, ask, option)',
    without: 'return startOption(context, ask, option)',
    noticedBy: ownDigits,
  },
  {
    name: 'PEOPLE R12: a phone brings its code, and both go together',
    file: 'src/store/accounts/authenticators.ts',
    source: "or([eb('id', '=', id), eb('phone_id', '=', id)])",
    without: "or([eb('id', '=', id)])",
    noticedBy: settingUp,
  },
  {
    name: 'PEOPLE R15: ten phones a person',
    file: 'src/operations/phones/prove-phone.ts',
    source: 'return phones.length >= mostPhones',
    without: 'return phones.length < 0',
    noticedBy: settingUp,
  },
  {
    name: 'RULES 21: the key of a phone counts under its own id',
    file: 'src/store/accounts/authenticator-rows.ts',
    source: "if (phone !== row.id) throw damaged(row, 'passkey')",
    without: '',
    noticedBy: ['test/store/accounts/phones.test.ts'],
  },
  {
    name: 'PEOPLE R5: a call that is open lets no one in where a passkey or a number is asked for',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: 'if (!isAnsweredAlike(open, mine)) return false',
    without: '',
    noticedBy: otherMethod,
  },
  {
    name: 'PEOPLE R5: an approval that comes late counts for the method that was asked',
    file: 'src/signin/prompts/hold.ts',
    source: 'approvalGroup(context),\n    method,',
    without: 'approvalGroup(context),',
    noticedBy: otherMethod,
  },
  {
    name: 'PEOPLE R18: a session at the portal goes with the phone that has signed',
    file: 'src/signin/prompts/hold.ts',
    source: 'if (result.by !== undefined) context.signer = result.by.authenticatorId',
    without: '',
    noticedBy: otherMethod,
  },
  {
    name: 'RULES 14: a report ends what was approved and is not used yet',
    file: 'src/signin/prompts/hold.ts',
    source: "if (await wasReported(context)) return reject(context, 'prompt-fraud')",
    without: '',
    noticedBy: otherMethod,
  },
  {
    name: 'PEOPLE R4: a browser confirms the phone that has typed its own code',
    file: 'src/operations/phones/pairings.ts',
    source: 'return pairing?.code === code ? pairing : undefined',
    without: 'return pairing',
    noticedBy: pairing,
  },
  {
    name: 'PEOPLE R14: where a phone gets its notifications is signed by its key',
    file: 'src/methods/phones/judge.ts',
    source: 'phone === undefined || !isSignedBy(phone.publicKey, signed, signature)',
    without: 'phone === undefined',
    noticedBy: bellRoute,
  },
  {
    name: 'PEOPLE R14: the signature is over the place itself',
    file: 'src/methods/phones/key.ts',
    source: 'phoneId, atMs, endpoint, ...keys]',
    without: 'phoneId, atMs]',
    noticedBy: bellRoute,
  },
  {
    name: 'PEOPLE R14: an endpoint has one phone',
    file: 'src/store/accounts/phones/subscriptions.ts',
    source: ".where('other.user_key', '!=', userKey)",
    without: ".where('other.user_key', '=', 'nobody')",
    noticedBy: stored,
  },
  {
    name: 'PEOPLE R14: a notification says nothing of the sign-in',
    file: 'src/methods/phones/bell.ts',
    source: "body: texts.text('bell-text', language),",
    without: "body: texts.text('bell-text', language) + page,",
    noticedBy: ringing,
  },
  {
    name: 'RULES 21: a subscription counts for its own phone',
    file: 'src/store/accounts/authenticator-rows.ts',
    source: "if (phone !== row.id) throw damaged(row, 'subscription')",
    without: '',
    noticedBy: stored,
  },
  {
    name: 'PEOPLE R15: no phone is subscribed where nothing is sent',
    file: 'src/web/phones/bell-routes.ts',
    source: 'known?.mayReach(subscription.endpoint) !== true || ',
    without: '',
    noticedBy: bellRoute,
  },
  {
    name: 'PEOPLE R15: TLS alone',
    file: 'src/delivery/push/services.ts',
    source: " || url.protocol !== 'https:') return undefined",
    without: ') return undefined',
    noticedBy: services,
  },
  {
    name: 'PEOPLE R15: an endpoint has one spelling',
    file: 'src/delivery/push/services.ts',
    source: 'url === null || url.href !== endpoint',
    without: 'url === null',
    noticedBy: services,
  },
  {
    name: 'PEOPLE R15: no user part',
    file: 'src/delivery/push/services.ts',
    source: "if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined",
    without: '',
    noticedBy: services,
  },
  {
    name: 'PEOPLE R15: 1,000 bytes',
    file: 'src/delivery/push/services.ts',
    source: 'if (Buffer.byteLength(endpoint) > mostBytes) return undefined',
    without: '',
    noticedBy: services,
  },
  {
    name: 'PEOPLE R15: the port of the service',
    file: 'src/delivery/push/services.ts',
    source: 'service.port === port && ',
    without: '',
    noticedBy: services,
  },
  {
    name: 'PEOPLE R15: hosts on the list',
    file: 'src/delivery/push/services.ts',
    source: 'hostname.endsWith(host.slice(1))',
    without: 'hostname.endsWith(host.slice(2))',
    noticedBy: services,
  },
  {
    name: 'PEOPLE R15: the address is looked at at each connection',
    file: 'src/delivery/push/agent.ts',
    source: 'found.filter(({ address }) => mayConnect(address))',
    without: 'found',
    noticedBy: sending,
  },
  {
    name: 'PEOPLE R15: a host on the list, and none below it',
    file: 'src/delivery/push/services.ts',
    source: ': hostname === host',
    without: ': hostname.endsWith(host)',
    noticedBy: services,
  },
]
