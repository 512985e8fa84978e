import { checkProfile, type Profile } from './profile.ts'

/**
 * A network block for wpa_supplicant, as Linux computers and many things have it. `authorityFile` is where the
 * authority's certificate will be on the device. Name and password, or the files of a certificate, are for
 * its owner to fill in. Throws CertificateError `name-invalid`.
 */
export function writeWpaSupplicantProfile(profile: Profile, authorityFile: string): string {
  checkProfile(profile)
  const lines = [
    // Hex, since a name in quotes could end the quotes.
    `ssid=${Buffer.from(profile.ssid).toString('hex')}`,
    'key_mgmt=WPA-EAP',
    `ca_cert="${authorityFile}"`,
    `domain_match="${profile.serverNames.join(';')}"`,
    ...methodLines(profile),
  ]
  return `network={\n${lines.map((line) => `  ${line}\n`).join('')}}\n`
}

function methodLines({ method, outerIdentity }: Profile): readonly string[] {
  const outer = `anonymous_identity="${outerIdentity}"`
  const owner = ['identity="NAME"', 'password="PASSWORD"']
  switch (method) {
    case 'peap':
      return [
        'eap=PEAP',
        outer,
        ...owner,
        'phase1="peapver=0 crypto_binding=2"',
        'phase2="auth=MSCHAPV2"',
      ]
    case 'ttls':
      return ['eap=TTLS', outer, ...owner, 'phase2="auth=PAP"']
    case 'tls':
      return [
        'eap=TLS',
        'identity="NAME"',
        'client_cert="/etc/wpa_supplicant/device.pem"',
        'private_key="/etc/wpa_supplicant/device-key.pem"',
      ]
  }
}
