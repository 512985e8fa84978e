// The wire: RADIUS packets and attributes from bytes and back, authenticators, the ciphers inside attributes,
// dictionaries. Pure: no socket, configuration, log or clock; only `loadDictionary` reads files. May not import other
// parts.

export {
  findAllAttributes,
  findAttribute,
  findInteger,
  findText,
  integerAttribute,
  joinAttributes,
  splitAttributes,
  textAttributes,
} from './attributes/attributes.ts'
export { type ExtendedPart, encodeExtended, openExtended } from './attributes/extended.ts'
export {
  decodeMsChapResponse,
  encodeMsChapResponse,
  type MsChapResponse,
  msChapChallengeLength,
} from './attributes/ms-chap-response.ts'
export { joinTlvs, splitTlvs, type Tlv } from './attributes/tlv.ts'
export {
  encodeVendorAttribute,
  findVendorAttribute,
  readVendorAttributes,
  splitVendorSpecific,
  usualVendorFormat,
  type VendorAttribute,
  type VendorFormat,
  vendorFormatOf,
  vendorIdOf,
} from './attributes/vendor.ts'
export { readWireValues, type WireValue } from './attributes/wire-values.ts'
export { decryptAscendSecret, encryptAscendSecret } from './ciphers/ascend-secret.ts'
export {
  type AttributeCipher,
  createAttributeCipher,
  type Encryption,
} from './ciphers/attribute-cipher.ts'
export {
  joinNtEncryptedPassword,
  ntEncryptedPasswordLength,
  splitNtEncryptedPassword,
} from './ciphers/nt-encrypted-password.ts'
export { decryptSalted, encryptSalted } from './ciphers/salted.ts'
export {
  decodeUserPassword,
  decryptPassword,
  encryptPassword,
  maxPasswordLength,
} from './ciphers/user-password.ts'
export type { DecodedAttribute } from './dictionary/decode.ts'
export type { AttributeDefinition, DataType, ScalarValue } from './dictionary/definition.ts'
export { createDictionary, type Dictionary } from './dictionary/dictionary.ts'
export type { NamedAttribute } from './dictionary/encode.ts'
export { builtInDictionary, loadDictionary } from './dictionary/load.ts'
export { type NamedText, nameAttributes } from './dictionary/name-attributes.ts'
export type { DictionaryFile, ReadInclude } from './dictionary/reading/file-state.ts'
export { parseDictionary } from './dictionary/reading/parse.ts'
export type { SkippedKind } from './dictionary/skipped.ts'
export { RadiusError, type RadiusErrorCode } from './errors.ts'
export {
  attributeType,
  callCheck,
  eapCode,
  eapHeaderLength,
  eapType,
  headerLength,
  maxPacketLength,
  maxValueLength,
  microsoft,
  microsoftType,
  packetCode,
  wireless80211,
} from './numbers.ts'
export { type Attribute, attributesLength, decodePacket, type Packet } from './packet.ts'
export {
  encodeReply,
  type Reply,
  type ReplyRefusal,
  type ReplyVerification,
  readReply,
  type SentRequest,
  verifyReply,
} from './reply.ts'
export { type EncodedRequest, encodeRequest, type RequestToSend } from './request.ts'
export { verifyChap } from './signatures/chap.ts'
export { createSharedSecret, type SharedSecret } from './signatures/shared-secret.ts'
export {
  type Answerable,
  forReply,
  type RequestPolicy,
  type RequestRefusal,
  type RequestVerification,
  type VerifiedRequest,
  verifyRequest,
} from './verify-request.ts'
