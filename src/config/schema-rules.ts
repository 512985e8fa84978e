import * as z from 'zod'
import { methods } from '../accounts/index.ts'
import { count, oneOrMore, section, text } from './fields.ts'

/** Who and where a rule is for; what is absent holds for everybody. */
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
export const replyValues = oneOrMore(
  z.union([z.string().min(1), z.number()], { error: 'must be a text or a number' }),
)

/** What an Access-Accept carries, and for whom. */
export const replyRule = section({
  ...ruleConditions,
  method: oneOrMore(z.enum(methods))
    .optional()
    .describe('Second factors, one of which the person has used.'),
  reply: z
    .record(text(), replyValues)
    .default({})
    .describe(
      'Attributes to add, by their name in the dictionary. {{name}} in a text is filled from the directory.',
    ),
  vlan: z
    .union([count(1, 4094), text()], { error: 'must be a number from 1 to 4094, or a name' })
    .optional()
    .describe('VLAN, by number or name: Tunnel-Type, Tunnel-Medium-Type, Tunnel-Private-Group-Id.'),
  tag: count(0, 31)
    .optional()
    .describe('Tag of the three attributes of vlan; some gateways want 1. Default: none.'),
  last: z
    .boolean()
    .default(false)
    .describe('Whether rules behind this one do not count once it has matched.'),
})
