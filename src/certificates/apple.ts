import { eapType } from '../radius/numbers.ts'
import { escapeXml } from '../support/index.ts'
import { checkProfile, derOf, type Profile, type ProfileMethod, uuidOf } from './profile.ts'

/** EAP types by their numbers, as EAPClientConfiguration has them. */
const typeOf: Readonly<Record<ProfileMethod, number>> = {
  peap: eapType.Peap,
  ttls: eapType.Ttls,
  tls: eapType.Tls,
}

/**
 * A configuration profile for macOS, iOS and iPadOS (`.mobileconfig`): the authority and the Wi-Fi network that trusts
 * it only for these server names. People type name and password when they join; for `tls` they choose a certificate
 * that the device has. Follows Apple's Device Management reference (com.apple.wifi.managed). Throws CertificateError
 * `name-invalid`.
 */
export function writeAppleProfile(profile: Profile): string {
  checkProfile(profile)
  const { ssid, method, authority, serverNames, outerIdentity } = profile
  const rootId = uuidOf('authority', authority)
  const root = dictionary([
    ['PayloadType', text('com.apple.security.root')],
    ['PayloadVersion', integer(1)],
    ['PayloadIdentifier', text(`holdfast.authority.${rootId}`)],
    ['PayloadUUID', text(rootId)],
    ['PayloadDisplayName', text('Wi-Fi authority')],
    ['PayloadContent', `<data>${derOf(authority).toString('base64')}</data>`],
  ])
  const wifiId = uuidOf('wifi', ssid, method)
  const wifi = dictionary([
    ['PayloadType', text('com.apple.wifi.managed')],
    ['PayloadVersion', integer(1)],
    ['PayloadIdentifier', text(`holdfast.wifi.${wifiId}`)],
    ['PayloadUUID', text(wifiId)],
    ['PayloadDisplayName', text(ssid)],
    ['SSID_STR', text(ssid)],
    ['AutoJoin', '<true/>'],
    ['EncryptionType', text('WPA2')],
    [
      'EAPClientConfiguration',
      dictionary([
        ['AcceptEAPTypes', array([integer(typeOf[method])])],
        ['PayloadCertificateAnchorUUID', array([text(rootId)])],
        ['TLSTrustedServerNames', array(serverNames.map(text))],
        ['TLSMinimumVersion', text('1.2')],
        ['OuterIdentity', text(outerIdentity)],
        ...(method === 'ttls' ? ([['TTLSInnerAuthentication', text('PAP')]] as const) : []),
      ]),
    ],
  ])
  const profileId = uuidOf('profile', ssid, method, authority)
  const whole = dictionary([
    ['PayloadType', text('Configuration')],
    ['PayloadVersion', integer(1)],
    ['PayloadIdentifier', text(`holdfast.profile.${uuidOf('profile', ssid)}`)],
    ['PayloadUUID', text(profileId)],
    ['PayloadDisplayName', text(`Wi-Fi ${ssid}`)],
    ['PayloadContent', array([root, wifi])],
  ])
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${whole}
</plist>
`
}

function text(value: string): string {
  return `<string>${escapeXml(value)}</string>`
}

function integer(value: number): string {
  return `<integer>${value}</integer>`
}

function array(values: readonly string[]): string {
  return `<array>\n${values.join('\n')}\n</array>`
}

function dictionary(entries: readonly (readonly [string, string])[]): string {
  return `<dict>\n${entries.map(([key, value]) => `<key>${key}</key>\n${value}`).join('\n')}\n</dict>`
}
