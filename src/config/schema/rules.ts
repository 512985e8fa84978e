import * as z from 'zod'
import { methods } from '../../accounts/index.ts'
import { credentialNames, eapMethodNames } from '../../signin/index.ts'
import {
  addressOrPrefix,
  count,
  duration,
  oneOrMore,
  replyValueOf,
  section,
  text,
} from './fields.ts'

/** Who and where a rule is for; what is absent applies to everyone. */
export const ruleConditions = {
  name: text()
    .max(60)
    .optional()
    .describe('Name in the audit and the log. Default: # and its number in the list.'),
  gateway: oneOrMore(text()).optional().describe('Gateways, by their name here.'),
  gateway_group: oneOrMore(text()).optional().describe('Groups of gateways (group of a gateway).'),
  group: oneOrMore(text())
    .optional()
    .describe('Groups, by name or DN, one of which the person is in; groups in groups count.'),
  user: oneOrMore(text()).optional().describe('People, by the name their directory has.'),
}

/** A text that may have places, a number, or several of them. */
export const replyValues = oneOrMore(replyValueOf(text()))

export function replyVlan() {
  return z
    .union([count(1, 4094), text()], { error: 'must be a number from 1 to 4094, or a name' })
    .describe('VLAN, by number or name: Tunnel-Type, Tunnel-Medium-Type, Tunnel-Private-Group-Id.')
}

export function replyTag() {
  return count(0, 31).describe(
    'Tag of the three attributes of vlan; some gateways want 1. Default: none.',
  )
}

/** What an Access-Accept carries, and for whom. */
export const replyRule = section({
  ...ruleConditions,
  method: oneOrMore(z.enum(methods))
    .optional()
    .describe('Second factors, one of which the person has used.'),
  degraded: z
    .boolean()
    .optional()
    .describe(
      'true: only for sign-ins that went another way because a directory or a provider was down; false: only for the others.',
    ),
  reply: z
    .record(text(), replyValues)
    .default({})
    .describe(
      'Attributes to add, by their name in the dictionary. {{name}} in a text is filled from the directory.',
    ),
  vlan: replyVlan().optional(),
  tag: replyTag().optional(),
  last: z
    .boolean()
    .default(false)
    .describe('Whether later rules are left out once this one has matched.'),
})

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Who may sign in, and with what. */
export const policyRule = section({
  ...ruleConditions,
  network: oneOrMore(addressOrPrefix())
    .optional()
    .describe(
      'Networks the person’s device is in, by its address in Calling-Station-Id. Does not hold where the gateway sends none, or its own. With deny it holds where the gateway sends other text.',
    ),
  days: oneOrMore(z.enum(days))
    .optional()
    .describe('Days of the week. Hours over midnight belong to the day on which they begin.'),
  hours: hours().optional().describe('Time of day, such as 08:00-18:00 or 22:00-06:00.'),
  time_zone: timeZone()
    .optional()
    .describe(
      'Where days and hours are counted, such as Europe/Amsterdam. Default: the machine’s.',
    ),
  enrolled: oneOrMore(z.enum([...methods, 'none']))
    .optional()
    .describe('Methods the person has, any of them; none: not one that could be used.'),
  attribute: z
    .record(text(), replyValues)
    .refine((attributes) => Object.keys(attributes).length > 0, 'needs at least one entry')
    .optional()
    .describe(
      'Attributes of the request, by their name in the dictionary, each with one of these values. All must be there.',
    ),
  device: z
    .literal('randomised-mac')
    .optional()
    .describe(
      'randomised-mac: the person’s device has made up the MAC address in Calling-Station-Id, as telephones do for each network.',
    ),
  credential: oneOrMore(z.enum(credentialNames))
    .optional()
    .describe('How the password is sent when the sign-in begins.'),
  eap_method: oneOrMore(z.enum(eapMethodNames))
    .optional()
    .describe(
      'Methods of EAP that the device comes by, as methods of the gateway’s eap has them, whatever is in their tunnel.',
    ),
  deny: z
    .union([z.literal(true), text().max(200)], { error: 'must be true, or a text for the person' })
    .optional()
    .describe(
      'Refuse. true: before the password is looked at. A text: after it, since only its owner may read that.',
    ),
  second_factor: z.literal('none').optional().describe('none: the password alone is enough.'),
  methods: z
    .array(z.enum(methods))
    .min(1)
    .optional()
    .describe('Ask for one of these, preferred first, whatever the gateway allows.'),
  user_verification: z
    .literal(true)
    .optional()
    .describe(
      'Ask only for methods that prove who uses them: passkeys, and calls with a PIN. A device alone may be in the hands of someone else.',
    ),
  device_bound: z
    .literal(true)
    .optional()
    .describe(
      'Ask only for passkeys that cannot leave their device, such as those of security keys. Others are copied to all devices of one account at Apple, Google or a password manager.',
    ),
  refuse_seen_secrets: z
    .literal(true)
    .optional()
    .describe(
      'Take no authenticator whose secret an administrator saw when it was set up, such as an app added with holdfast authenticator add.',
    ),
  remember: duration({ min: '1m', max: '30d' })
    .optional()
    .describe(
      'For how long a user who has signed in with both factors needs the password alone, from the same device at the same group of gateways.',
    ),
  remember_address: z
    .boolean()
    .default(false)
    .describe(
      'With remember: whether an address is enough to know a device by. All devices behind one router have the same.',
    ),
  tell_new_device: z
    .enum(['email', 'sms'])
    .optional()
    .describe(
      'With remember: how the person is told, by mail or text, when a device is remembered that was not known. It asks nothing, and says whom to tell if it was not them.',
    ),
  second_factor_first: z
    .boolean()
    .optional()
    .describe('Whether a typed code is checked before the password, whatever the gateway says.'),
})

/** What may stand in for a second factor while no call or message gets through. */
export const outageRule = section({
  ...ruleConditions,
  user_key: oneOrMore(text())
    .optional()
    .describe('People, by the key that holdfast user show prints, such as corp:ID.'),
  methods: z
    .array(z.enum(methods))
    .min(1)
    .optional()
    .describe('Methods that count as well until it is over, where the gateway can ask.'),
  remembered: duration({ min: '1m', max: '30d' })
    .optional()
    .describe(
      'How old an earlier sign-in from the same device may be to count, where a rule remembers them.',
    ),
  second_factor: z
    .literal('none')
    .optional()
    .describe('none: the password alone is enough when no other way is left. Only with user_key.'),
})

/** `08:00-18:00`, as minutes since midnight. */
function hours() {
  return z
    .string()
    .meta({ form: 'hours' })
    .transform((value, issues) => {
      const [, fromHour, fromMinute, toHour, toMinute] =
        /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(value) ?? []
      const from = Number(fromHour) * 60 + Number(fromMinute)
      const to = Number(toHour) * 60 + Number(toMinute)
      if (!(to <= 1440) || from === to) issues.addIssue('must be hours such as 08:00-18:00')
      return { from, to }
    })
}

function timeZone() {
  return z.string().refine(
    (name) => {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
      } catch {
        return false
      }
    },
    { error: 'must be a time zone such as Europe/Amsterdam' },
  )
}
