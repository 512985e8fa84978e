import { passkeyTexts, phoneTexts } from '../../config/presets/people.ts'
import type { ExplainedReply, Explanation, Sight, UsableMethod } from '../../operations/index.ts'
import { dropReasons, rejectReasons } from '../../signin/reasons/reasons.ts'
import { whereFrom } from './gateway.ts'
import { formatFields, type Paint, printable } from './print.ts'
import { formatShield, shieldRemedy } from './shield.ts'
import { formatDateTime, formatDuration } from './times.ts'
import { describeStep } from './why-steps.ts'

/** What a sign-in would come to in one line, why, and what an Accept would carry. */
export function formatExplanation(explanation: Explanation, paint: Paint): string {
  const { userName, person, gateway, device, atMs, rule, methods, sees, replies } = explanation
  const { byMac } = explanation
  if (byMac !== undefined && byMac.rules.length > 0) return formatDevice(explanation, byMac, paint)
  const who = printable(person?.name ?? userName)
  const typed = gateway.flow === 'code-only' ? 'without a code' : 'with the right password alone'
  const down = explanation.outage === undefined ? '' : `, ${outages[explanation.outage]}`
  const headline = `${who} at ${printable(gateway.name)}, ${typed}${down}, ${comesTo(sees)}.`
  const { patienceMs, marginMs } = gateway.inUse
  const answered = formatDuration(patienceMs - marginMs)
  const facts = [
    ...(person === undefined
      ? []
      : ([
          ['Person', printable(`${person.displayName} (${person.key})`)],
          ['Groups', groupsText(person.groups)],
        ] as const)),
    ...(explanation.name ?? []).map((step) => ['Name', describeStep(step)] as const),
    ['Rule', ruleText(rule)],
    ...refusalFields(explanation),
    ...(byMac === undefined
      ? []
      : ([['MAC rule', 'none is for this gateway: such a name is taken for a person’s']] as const)),
    ['Flow', gateway.flow],
    [
      'Patience',
      `${formatDuration(patienceMs)} (${patienceFrom(gateway)}), answered after ${answered}`,
    ],
    ['Device', device === undefined ? 'unknown' : printable(`${device.kind} ${device.value}`)],
    ['Moment', formatDateTime(atMs)],
    ...(person === undefined ? [] : [['Can use', methodsText(methods)] as const]),
    ...asksFields(explanation),
    ...seenFields(explanation),
    ...(explanation.bypassed === undefined
      ? []
      : ([['Bypass', 'the password alone lets in; holdfast user show says until when']] as const)),
    ...(explanation.alwaysAsked === undefined
      ? []
      : ([['Portal', alwaysAsked[explanation.alwaysAsked]]] as const)),
    ...rememberedFields(explanation),
    ...sightFields(explanation),
    ...repliesFields(replies),
  ] as const
  return `${paint('bold', headline)}\n\n${formatFields(facts, paint)}`
}

const alwaysAsked = {
  rule: 'always asks for a second factor, although the rule asks for none',
  bypass: 'always asks for a second factor: the bypass is for gateways only',
} as const

function patienceFrom(gateway: Explanation['gateway']): string {
  return 'report' in gateway ? whereFrom(gateway) : 'of the portal'
}

/** What refuses the sign-in besides the configuration. */
function refusalFields({
  atMs,
  missingGroup,
  shield,
}: Explanation): readonly (readonly [string, string])[] {
  const gone: readonly (readonly [string, string])[] =
    missingGroup === undefined
      ? []
      : [['Missing group', `${printable(missingGroup)}: a rule names it, and no directory has it`]]
  if (shield === undefined) return gone
  return [...gone, ['Directory', `${formatShield(shield, atMs)}. ${shieldRemedy}`]]
}

/** MAC authentication: no person, nothing to ask, and only what one rule says. */
function formatDevice(
  { gateway, device, sees, replies }: Explanation,
  { mac, rule, rules }: NonNullable<Explanation['byMac']>,
  paint: Paint,
): string {
  const headline = `${mac} at ${printable(gateway.name)}, as a device by its MAC address, ${comesTo(sees)}.`
  const here = printable(rules.join(', '))
  const why = sees.kind === 'reject' ? rejectReasons[sees.reason] : undefined
  const facts = [
    ['MAC rule', rule === undefined ? `none of those for this gateway: ${here}` : printable(rule)],
    ...(device === undefined
      ? []
      : ([['Gateway names', printable(`${device.kind} ${device.value}`)]] as const)),
    ...(why === undefined
      ? []
      : ([
          ['Meaning', why.meaning],
          ['What to do', why.remedy],
        ] as const)),
    ...repliesFields(replies),
  ] as const
  return `${paint('bold', headline)}\n\n${formatFields(facts, paint)}`
}

/** What of it is remembered, or would be. */
function rememberedFields({
  atMs: nowMs,
  remembered,
  rememberedForMs,
}: Explanation): readonly (readonly [string, string])[] {
  if (remembered !== undefined) {
    const { method, atMs, untilMs } = remembered
    const text = `since ${formatDateTime(atMs)} by ${method}, until ${formatDateTime(untilMs)}`
    return [['Remembered', text]]
  }
  if (rememberedForMs === undefined) return []
  return [['Remembered', `no; would be until ${formatDateTime(nowMs + rememberedForMs)}`]]
}

const outages = {
  directory: 'while no directory server answers',
  provider: 'while no provider delivers',
} as const

function comesTo(sees: Sight): string {
  switch (sees.kind) {
    case 'hold':
      return sees.method !== 'call'
        ? `is held for up to ${formatDuration(sees.forMs)}, to be approved at ${sees.to}`
        : `is held for up to ${formatDuration(sees.forMs)} while ${sees.to} rings`
    case 'accept':
      return 'is let in at once'
    case 'challenge':
      return 'is asked for something'
    case 'reject':
      return `is refused: ${sees.reason}`
    case 'drop':
      return `gets no answer: ${sees.reason}`
  }
}

const ends = {
  reject: 'the sign-in is refused',
  challenge: 'the gateway asks the person to approve and press Enter',
  'reject-and-keep': 'the sign-in is refused; an approval up to 30 s later lets the next try in',
} as const

function sightFields(explanation: Explanation): readonly (readonly [string, string])[] {
  const { sees } = explanation
  switch (sees.kind) {
    case 'hold':
      return [['If no one answers', ends[sees.atEnd]]]
    case 'accept':
      return []
    case 'challenge':
      return [['Sees', printable(sees.message)]]
    case 'drop':
      return [['Meaning', dropReasons[sees.reason].meaning]]
    case 'reject': {
      const { meaning, remedy } = rejectReasons[sees.reason]
      const way = wayIn(explanation, sees.reason)
      return [
        ['Sees', printable(sees.message)],
        ['Meaning', meaning],
        way === undefined ? ['What to do', remedy] : ['To get in', way],
      ]
    }
  }
}

/** How a person who has a code to type, and is not asked for it, can sign in. */
function wayIn({ gateway, methods }: Explanation, reason: string): string | undefined {
  const isAboutCodes = ['code-missing', 'code-wrong', 'no-method-for-flow'].includes(reason)
  if (!isAboutCodes || !methods.some(({ way }) => way === 'typed')) return undefined
  switch (gateway.flow) {
    case 'append':
    case 'auto':
      return 'type the code after the password'
    case 'code-only':
      return 'type the code in place of the password'
    default:
      return undefined
  }
}

function ruleText(rule: Explanation['rule']): string {
  if (rule === undefined) return 'none: the settings of the gateway decide'
  const isNamed = rule.name !== `#${rule.number}`
  return isNamed ? `#${rule.number}, ${printable(rule.name)}` : rule.name
}

/** Names; the DNs of the same groups are in the JSON. */
function groupsText(groups: readonly string[] | undefined): string {
  if (groups === undefined) return 'not read: no rule names a group'
  const names = groups.filter((group) => !group.includes('='))
  return names.length === 0 ? 'none' : printable(names.join(', '))
}

const ways = {
  typed: 'a code that is read off',
  approve: 'approved',
  send: 'a code that is sent',
  digits: 'approved, with digits after the password',
}

function methodsText(methods: readonly UsableMethod[]): string {
  if (methods.length === 0) return 'nothing'
  return methods
    .map(({ isSilent, method, way, to, label }) => {
      const named = label === '' ? '' : ` "${printable(label)}"`
      const silent = isSilent ? '; not first, because its last notifications were not shown' : ''
      return `${method}${to === undefined ? '' : ` ${to}`}${named} (${ways[way]}${silent})`
    })
    .join(', ')
}

function asksFields({ asks = {} }: Explanation): readonly (readonly [string, string])[] {
  const { passkey, phone } = asks
  return [
    ...(passkey === undefined ? [] : [['Passkey', passkeyTexts[passkey]] as const]),
    ...(phone === undefined ? [] : [['Phone', phoneTexts[phone]] as const]),
  ]
}

function seenFields({ seen = [] }: Explanation): readonly (readonly [string, string])[] {
  if (seen.length === 0) return []
  const named = seen.map(({ method, label }) =>
    label === '' ? method : `${method} "${printable(label)}"`,
  )
  return [['Refused', `${named.join(', ')}: an administrator saw the secret`]]
}

function repliesFields(replies: readonly ExplainedReply[]): readonly (readonly [string, string])[] {
  return replies.flatMap(({ method, attributes, invalid }) => {
    const name = method === undefined ? 'Accept' : `Accept by ${method}`
    if (invalid !== undefined) {
      const { rule, attribute } = invalid
      return [[name, `refused: rule ${printable(rule)} cannot make ${attribute} for this person`]]
    }
    if (attributes.length === 0) return [[name, 'no attributes']]
    return attributes.map(({ rule, name: attribute, value }, index): readonly [string, string] => {
      const from = rule === undefined ? 'the gateway' : `rule ${printable(rule)}`
      return [index === 0 ? name : '', `${attribute} = ${printable(value)} (${from})`]
    })
  })
}
