// Second factors: codes that are checked, codes that are sent, calls that ask. Implements ports of `signin/`.
// May import `signin/` and `texts/` (types), `accounts/`, `delivery/` (ports) and `support/`.
export { createCallMethod } from './call.ts'
export { type CodeCheckerOptions, createCodeChecker } from './code-checker.ts'
export { matchHotp, resynchroniseHotp } from './hotp.ts'
export { createEmailNotice, createSmsNotice } from './notice.ts'
export {
  createNotices,
  type NoticeParts,
  type NoticeService,
  type NoticeSettings,
} from './notices/notices.ts'
export type { NoticeFate } from './notices/outbox.ts'
export { momentIn, type NoticeContact } from './notices/wording.ts'
export {
  createTotpSeed,
  formatSeed,
  type OtpParameters,
  otpauthUri,
  otpCode,
  parseSeed,
} from './otp.ts'
export { createPageMethod } from './page.ts'
export { createPasskeyJudge, type PasskeyJudge } from './passkeys/judge.ts'
export {
  createPasskeys,
  type Passkeys,
  type RelyingParty,
} from './passkeys/passkeys.ts'
export {
  type RegistrationResponse,
  registrationResponse,
  type SignatureResponse,
  signatureResponse,
} from './passkeys/responses.ts'
export { type Bell, type BellParts, createBell } from './phones/bell.ts'
export { createDemoBell } from './phones/demo-bell.ts'
export { createPhoneJudge, type PhoneJudge } from './phones/judge.ts'
export { readPhoneKey } from './phones/key.ts'
export { createReceipts, type Receipts } from './phones/receipts.ts'
export { createRecoveryCodes, hashRecoveryCode } from './recovery.ts'
export { createEmailMethod, createReadOutMethod, createSmsMethod } from './sent-code.ts'
export { createSimulatedPasskey } from './simulated/passkey.ts'
export { createSimulatedPhone } from './simulated/phone.ts'
export { matchTotp, resynchroniseTotp, type TotpPair } from './totp.ts'
export { createWrittenCode, parseWrittenCode } from './written-code.ts'
