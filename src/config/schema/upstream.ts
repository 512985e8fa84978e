import * as z from 'zod'
import { count, duration, endpoint, type FieldContext, secret, section, text } from './fields.ts'

function upstreamServer(context: FieldContext) {
  return section({
    address: endpoint().describe('Address and port of the server, such as 192.0.2.5:1812.'),
    secret: secret(context).describe('Shared secret; the server knows this machine by it.'),
    message_authenticator: z
      .enum(['required', 'optional'])
      .default('required')
      .describe(
        'Whether replies must be signed. optional takes unsigned ones of a server that is not up to date, which an attacker on the network can forge (CVE-2024-3596).',
      ),
    timeout: duration({ min: '100ms', max: '60s' })
      .optional()
      .describe('For this server; default: that of the directory.'),
    tries: count(1, 30).optional().describe('For this server; default: that of the directory.'),
  })
}

/** Other RADIUS servers, NPS or FreeRADIUS, that check passwords. */
export function radiusDirectory(context: FieldContext) {
  return section({
    type: z.literal('radius').describe('Other RADIUS servers, such as NPS or FreeRADIUS.'),
    servers: z
      .array(upstreamServer(context))
      .min(1)
      .describe(
        'Servers in the order they are asked; a later one only while those before are silent.',
      ),
    timeout: duration({ min: '100ms', max: '60s' })
      .prefault('2s')
      .describe('How long to wait for a reply before the request is sent again.'),
    tries: count(1, 30)
      .default(2)
      .describe('How often it is sent to one server before the next one is asked.'),
    probe: z
      .enum(['status-server', 'user', 'none'])
      .default('status-server')
      .describe(
        'How a silent server is asked whether it is back: with Status-Server; with a sign-in of probe_user, for NPS; or not, and a sign-in tries it every 30 s.',
      ),
    probe_user: text()
      .default('holdfast-probe')
      .describe(
        'Name for probe: user, with a random password. No user may have this name: each probe is a wrong password.',
      ),
    in_flight: count(1, 16_384)
      .default(1_024)
      .describe('Requests that may wait for a reply at once; 256 need one source port.'),
    queue: count(1, 100_000)
      .default(500)
      .describe('Requests that may wait for one of these places; more are refused as busy.'),
    users_from: text()
      .optional()
      .describe(
        'Directory that finds these people and knows their groups and phones. Default: only the name is known of a user, and every name counts as a user.',
      ),
    domains: z
      .array(text())
      .default([])
      .describe(
        'Without users_from: CORP and corp.example.com, where CORP\\alice and alice@corp.example.com are alice. Names with other domains are refused.',
      ),
    pass: z
      .array(text())
      .default([])
      .describe(
        'Attributes of its Accept that ours carries too, by their names in the dictionary, such as [Class, Filter-Id].',
      ),
    show_messages: z
      .boolean()
      .default(false)
      .describe(
        'Show people the Reply-Message of a refusal. It may tell which check has failed, or that a name exists.',
      ),
  })
}
