import type { ExplainedReply, Explanation, Sight, UsableMethod } from '../admin/index.ts'
import { dropReasons, rejectReasons } from '../signin/reasons.ts'
import { whereFrom } from './gateway-text.ts'
import { formatFields, type Paint, printable } from './print.ts'
import { formatDateTime, formatDuration } from './times.ts'

/** What a sign-in would come to in one line, why, and what an Accept would carry. */
export function formatExplanation(explanation: Explanation, paint: Paint): string {
  const { person, gateway, device, atMs, rule, methods, sees, replies } = explanation
  const who = person === undefined ? 'Nobody of that name' : printable(person.name)
  const head = `${who} at ${printable(gateway.name)}, with the right password, ${comesTo(sees)}.`
  const { patienceMs, marginMs } = gateway.inUse
  const answered = formatDuration(patienceMs - marginMs)
  const facts = [
    ...(person === undefined
      ? []
      : ([
          ['Person', printable(`${person.displayName} (${person.key})`)],
          ['Groups', groupsText(person.groups)],
        ] as const)),
    ['Rule', ruleText(rule)],
    ['Flow', gateway.flow],
    [
      'Patience',
      `${formatDuration(patienceMs)} (${whereFrom(gateway)}), answered after ${answered}`,
    ],
    ['Device', device === undefined ? 'unknown' : printable(`${device.kind} ${device.value}`)],
    ['Moment', formatDateTime(atMs)],
    ...(person === undefined ? [] : [['Can use', methodsText(methods)] as const]),
    ...sightFields(sees),
    ...repliesFields(replies),
  ] as const
  return `${paint('bold', head)}\n\n${formatFields(facts, paint)}`
}

function comesTo(sees: Sight): string {
  switch (sees.kind) {
    case 'hold':
      return `is held for up to ${formatDuration(sees.forMs)} while ${sees.to} rings`
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
  'reject-and-keep': 'the sign-in is refused; an approval up to 30 s later counts for the next try',
} as const

/** Reasons of which a typed code behind the password is the way out. */
const codesBehind: readonly string[] = ['code-missing', 'code-wrong']

function sightFields(sees: Sight): readonly (readonly [string, string])[] {
  switch (sees.kind) {
    case 'hold':
      return [['If nobody answers', ends[sees.atEnd]]]
    case 'accept':
      return []
    case 'challenge':
      return [['Sees', printable(sees.message)]]
    case 'drop':
      return [['Meaning', dropReasons[sees.reason].meaning]]
    case 'reject': {
      const { meaning, remedy } = rejectReasons[sees.reason]
      const typed = ['To get in', 'the code has to come with the first request'] as const
      return [
        ['Sees', printable(sees.message)],
        ['Meaning', meaning],
        ...(codesBehind.includes(sees.reason) ? [typed] : [['What to do', remedy] as const]),
      ]
    }
  }
}

function ruleText(rule: Explanation['rule']): string {
  if (rule === undefined) return 'none: what the gateway says counts'
  const isNamed = rule.name !== `#${rule.number}`
  return isNamed ? `#${rule.number}, ${printable(rule.name)}` : rule.name
}

/** Names; the DNs of the same groups are in the JSON. */
function groupsText(groups: readonly string[]): string {
  const names = groups.filter((group) => !group.includes('='))
  return names.length === 0 ? 'none' : printable(names.join(', '))
}

const ways = { typed: 'a code that is read off', approve: 'approved', send: 'a code that is sent' }

function methodsText(methods: readonly UsableMethod[]): string {
  if (methods.length === 0) return 'nothing'
  return methods
    .map(({ method, way, to, label }) => {
      const named = label === '' ? '' : ` "${printable(label)}"`
      return `${method}${to === undefined ? '' : ` ${to}`}${named} (${ways[way]})`
    })
    .join(', ')
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
