import * as z from 'zod'
import { count, type FieldContext, oneOrMore, path, section } from './fields.ts'

/** What the server shows to devices, whichever gateway they come through. */
export const eapServer = (context: FieldContext) =>
  section({
    cert_file: path(context).describe(
      'PEM certificate that devices see, and those between it and its authority. Read again at reload.',
    ),
    key_file: path(context).describe('PEM key of the certificate.'),
  })

/** EAP at one gateway. */
export const gatewayEap = section({
  methods: oneOrMore(z.enum(['ttls', 'gtc', 'md5', 'ms-chap-v2']))
    .prefault(['ttls'])
    .describe(
      'EAP methods, in the order they are offered. gtc and md5 make no keys, and outside of a tunnel gtc shows the password to the air: for wires and VPNs only.',
    ),
  inner: oneOrMore(z.enum(['pap', 'chap', 'ms-chap-v2', 'eap-ms-chap-v2', 'eap-gtc', 'eap-md5']))
    .prefault(['eap-ms-chap-v2', 'eap-gtc', 'ms-chap-v2', 'chap', 'pap'])
    .describe(
      'What may prove a password inside ttls. Those with eap- are offered in this order; of the others the device chooses. ms_chap_v1 of the gateway counts here too.',
    ),
  tls_max: z
    .enum(['1.2', '1.3'])
    .default('1.2')
    .describe('Newest TLS in ttls. Many devices fail there with 1.3.'),
  packet_size: count(100, 1400)
    .default(1024)
    .describe(
      'Bytes of an EAP packet at most; the gateway’s Framed-MTU may ask for less. Too large ones are lost where a network on the way drops fragments.',
    ),
  user_name: z
    .boolean()
    .default(false)
    .describe(
      'Whether the Access-Accept carries User-Name, the person’s, so that the gateway accounts for them and not for the name outside the tunnel.',
    ),
})
