// A small private authority for EAP: certificates for servers and devices, and the profiles that make devices trust
// them. Imports nothing of ours but support/. Heavy: imported only where it is needed.

export { writeAppleProfile } from './apple.ts'
export { type Authority, createAuthority, type Issued, openAuthority } from './authority.ts'
export { type DemoDevice, makeDemoCertificates } from './demo.ts'
export { CertificateError, type CertificateErrorCode } from './errors.ts'
export { createDeviceCertificate, createServerCertificate, longestServerDays } from './issue.ts'
export { type KeyKind, keyKinds } from './keys.ts'
export { type Profile, type ProfileMethod, profileMethods, serverNamesOf } from './profile.ts'
export { writeWindowsProfile } from './windows.ts'
export { writeWpaSupplicantProfile } from './wpa-supplicant.ts'
