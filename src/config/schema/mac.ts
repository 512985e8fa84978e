import * as z from 'zod'
import { formatMac, parseMac } from '../../support/index.ts'
import { type FieldContext, oneOrMore, path, section, text } from './fields.ts'
import { replyTag, replyValues, replyVlan } from './rules.ts'

/** Devices without a person, such as printers, that a gateway knows by nothing but their MAC address. */
export const macRule = (context: FieldContext) =>
  section({
    name: text()
      .max(60)
      .optional()
      .describe('Name in the audit and the log. Default: # and its number in the list.'),
    gateway: oneOrMore(text()).describe(
      'Gateways, by their name here, at which these devices get in. Anyone can claim an address, so name only gateways where little can be reached.',
    ),
    macs: z.array(macAddress()).min(1).optional().describe('MAC addresses, in any notation.'),
    mac_file: path(context)
      .optional()
      .describe(
        'File with one MAC address a line; what follows # does not count. Read again at reload.',
      ),
    reply: z
      .record(text(), replyValues)
      .default({})
      .describe(
        'All that the Access-Accept carries, by names in the dictionary. The reply of the gateway and reply_rules are for people.',
      ),
    vlan: replyVlan().optional(),
    tag: replyTag().optional(),
  })

function macAddress() {
  return z
    .string({ error: 'must be a MAC address, in quotes' })
    .meta({ form: 'MAC address' })
    .transform((value, issues) => {
      const digits = parseMac(value)
      if (digits === undefined) issues.addIssue('must be a MAC address such as 00:11:22:33:44:55')
      return formatMac(digits ?? '')
    })
}
