import { createHash } from 'node:crypto'
import { eapType, microsoft } from '../radius/numbers.ts'
import { escapeXml } from '../support/index.ts'
import { checkProfile, derOf, type Profile } from './profile.ts'

const provisioning = 'http://www.microsoft.com/provisioning'
const networking = 'http://www.microsoft.com/networking'

/**
 * A WLAN profile for Windows 10 and 11, for `netsh wlan add profile filename=…`. The authority itself goes to the
 * computer's trusted roots apart from it. PEAP requires crypto-binding, so that no one between can relay what
 * a device says to another network (MS-PEAP 3.1.5.6). Follows Microsoft's WLAN_profile, OneX and EapHostConfig
 * schemas. Throws CertificateError `name-invalid`.
 */
export function writeWindowsProfile(profile: Profile): string {
  checkProfile(profile)
  const ssid = escapeXml(profile.ssid)
  return `<?xml version="1.0"?>
<WLANProfile xmlns="${networking}/WLAN/profile/v1">
  <name>${ssid}</name>
  <SSIDConfig>
    <SSID>
      <hex>${Buffer.from(profile.ssid).toString('hex').toUpperCase()}</hex>
      <name>${ssid}</name>
    </SSID>
  </SSIDConfig>
  <connectionType>ESS</connectionType>
  <connectionMode>auto</connectionMode>
  <MSM>
    <security>
      <authEncryption>
        <authentication>WPA2</authentication>
        <encryption>AES</encryption>
        <useOneX>true</useOneX>
      </authEncryption>
      <PMKCacheMode>enabled</PMKCacheMode>
      <OneX xmlns="${networking}/OneX/v1">
        <cacheUserData>true</cacheUserData>
        <authMode>user</authMode>
        <EAPConfig>
          <EapHostConfig xmlns="${provisioning}/EapHostConfig">
${methodOf(profile)}
          </EapHostConfig>
        </EAPConfig>
      </OneX>
    </security>
  </MSM>
</WLANProfile>
`
}

/** Type, and who wrote the method: TTLS is Microsoft's own. */
function methodOf(profile: Profile): string {
  switch (profile.method) {
    case 'peap':
      return eapMethod(eapType.Peap, 0, peap(profile))
    case 'ttls':
      return eapMethod(eapType.Ttls, microsoft, ttls(profile))
    case 'tls':
      return eapMethod(eapType.Tls, 0, tls(profile))
  }
}

function eapMethod(type: number, author: number, config: string): string {
  const common = `xmlns="${provisioning}/EapCommon"`
  return `            <EapMethod>
              <Type ${common}>${type}</Type>
              <VendorId ${common}>0</VendorId>
              <VendorType ${common}>0</VendorType>
              <AuthorId ${common}>${author}</AuthorId>
            </EapMethod>
            <Config xmlns="${provisioning}/EapHostConfig">
${config}
            </Config>`
}

function peap(profile: Profile): string {
  const version2 = `xmlns="${provisioning}/MsPeapConnectionPropertiesV2"`
  return `              <Eap xmlns="${provisioning}/BaseEapConnectionPropertiesV1">
                <Type>${eapType.Peap}</Type>
                <EapType xmlns="${provisioning}/MsPeapConnectionPropertiesV1">
${serverValidation(profile)}
                  <FastReconnect>true</FastReconnect>
                  <InnerEapOptional>false</InnerEapOptional>
                  <Eap xmlns="${provisioning}/BaseEapConnectionPropertiesV1">
                    <Type>${eapType.MsChapV2}</Type>
                    <EapType xmlns="${provisioning}/MsChapV2ConnectionPropertiesV1">
                      <UseWinLogonCredentials>false</UseWinLogonCredentials>
                    </EapType>
                  </Eap>
                  <EnableQuarantineChecks>false</EnableQuarantineChecks>
                  <RequireCryptoBinding>true</RequireCryptoBinding>
                  <PeapExtensions>
                    <PerformServerValidation ${version2}>true</PerformServerValidation>
                    <AcceptServerName ${version2}>true</AcceptServerName>
                  </PeapExtensions>
                </EapType>
              </Eap>`
}

function ttls(profile: Profile): string {
  return `              <EapTtls xmlns="${provisioning}/EapTtlsConnectionPropertiesV1">
                <ServerValidation>
                  <ServerNames>${serverNames(profile)}</ServerNames>
                  <TrustedRootCAHash>${thumbprint(profile)}</TrustedRootCAHash>
                  <DisablePrompt>true</DisablePrompt>
                </ServerValidation>
                <Phase2Authentication>
                  <PAPAuthentication/>
                </Phase2Authentication>
                <Phase1Identity>
                  <IdentityPrivacy>true</IdentityPrivacy>
                  <AnonymousIdentity>${escapeXml(profile.outerIdentity)}</AnonymousIdentity>
                </Phase1Identity>
              </EapTtls>`
}

function tls(profile: Profile): string {
  const version2 = `xmlns="${provisioning}/EapTlsConnectionPropertiesV2"`
  return `              <Eap xmlns="${provisioning}/BaseEapConnectionPropertiesV1">
                <Type>${eapType.Tls}</Type>
                <EapType xmlns="${provisioning}/EapTlsConnectionPropertiesV1">
                  <CredentialsSource>
                    <CertificateStore>
                      <SimpleCertSelection>true</SimpleCertSelection>
                    </CertificateStore>
                  </CredentialsSource>
${serverValidation(profile)}
                  <DifferentUsername>false</DifferentUsername>
                  <PerformServerValidation ${version2}>true</PerformServerValidation>
                  <AcceptServerName ${version2}>true</AcceptServerName>
                </EapType>
              </Eap>`
}

function serverValidation(profile: Profile): string {
  return `                  <ServerValidation>
                    <DisableUserPromptForServerValidation>true</DisableUserPromptForServerValidation>
                    <ServerNames>${serverNames(profile)}</ServerNames>
                    <TrustedRootCA>${thumbprint(profile)}</TrustedRootCA>
                  </ServerValidation>`
}

/** Without a `*`, Windows takes each name literally and not as an expression. */
function serverNames(profile: Profile): string {
  return escapeXml(profile.serverNames.join(';'))
}

/** SHA-1 of the certificate, as Windows names certificates: bytes in hex, apart. */
function thumbprint({ authority }: Profile): string {
  const hex = createHash('sha1').update(derOf(authority)).digest('hex')
  return hex.replace(/..(?!$)/g, '$& ')
}
