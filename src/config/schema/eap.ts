import * as z from 'zod'
import { eapMethodNames } from '../../signin/index.ts'
import { count, duration, type FieldContext, oneOrMore, path, section } from './fields.ts'

/** What the server shows to devices, whichever gateway they come through. */
export const eapServer = (context: FieldContext) =>
  section({
    cert_file: path(context).describe(
      'PEM certificate that devices see, and those between it and its authority. Read again at reload.',
    ),
    key_file: path(context).describe('PEM key of the certificate.'),
    devices: deviceCertificates(context)
      .optional()
      .describe('Certificates that devices sign in with. Needed by gateways with method tls.'),
  })

/** What counts as a certificate of a device, for EAP-TLS. */
const deviceCertificates = (context: FieldContext) =>
  section({
    ca_file: path(context).describe(
      'PEM certificates of the authorities that devices’ certificates come from, and of those between. Only they count.',
    ),
    crl_file: path(context)
      .optional()
      .describe(
        'PEM lists of revoked certificates, one of each authority; if one is out of date, no device gets in. Read again at reload. Absent: none counts as revoked.',
      ),
    ocsp: z
      .boolean()
      .default(false)
      .describe(
        'Ask the responder that a certificate names whether it was revoked; without an answer the device is refused. Answers count for ten minutes.',
      ),
    names: oneOrMore(z.enum(['upn', 'dns', 'email', 'common-name']))
      .prefault(['upn', 'dns'])
      .describe(
        'Which of its names says whose a certificate is; the first that it has. upn is that of Active Directory, dns a computer’s, for directories with machines.',
      ),
    require_sid: z
      .boolean()
      .default(false)
      .describe(
        'Refuse certificates without the SID of the account in Active Directory that they were made for. A SID that is there is always checked.',
      ),
  })

/** EAP at one gateway. */
export const gatewayEap = section({
  pass_on: z
    .boolean()
    .default(false)
    .describe(
      'Let the RADIUS servers of first_factor carry EAP on instead of ending it here. Methods with a tunnel or a certificate are refused, since Holdfast could not see who is inside, and so is everything on Wi-Fi. This leaves EAP-MSCHAPv2, GTC and MD5, for VPNs and wires. The other settings of eap have no effect, and behind EAP people can only be called.',
    ),
  methods: oneOrMore(z.enum(eapMethodNames))
    .prefault(['ttls', 'peap'])
    .describe(
      'EAP methods, in the order they are offered. For tls, set devices under eap, at the top of the file. The methods gtc, md5 and ms-chap-v2 have no tunnel, so they are for wires and VPNs: on Wi-Fi they are not offered.',
    ),
  inner: oneOrMore(z.enum(['pap', 'chap', 'ms-chap-v2', 'eap-ms-chap-v2', 'eap-gtc', 'eap-md5']))
    .prefault(['eap-ms-chap-v2', 'eap-gtc', 'ms-chap-v2', 'chap', 'pap'])
    .describe(
      'What may prove a password inside ttls, and inside peap those with eap-, except eap-md5. These are offered in this order; of the others the device chooses. ms_chap_v1 of the gateway applies here too.',
    ),
  tls_max: z
    .enum(['1.2', '1.3'])
    .default('1.2')
    .describe(
      'Newest TLS in ttls and peap, where many devices fail with 1.3. In tls it is always 1.3.',
    ),
  crypto_binding: z
    .enum(['required', 'offered'])
    .default('offered')
    .describe(
      'Whether a device must show in peap that tunnel and password are its own, and not relayed by an attacker. Windows can, in its PEAP settings.',
    ),
  resume: duration({ max: '24h' })
    .prefault('0s')
    .describe(
      'How long after a sign-in the device may come back with its TLS 1.2 session, in the place of password or certificate; account, policy and second factor are checked again. 0 is off. Not with directories of type radius.',
    ),
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
