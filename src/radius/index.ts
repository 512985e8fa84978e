// The wire: RADIUS packets and attributes from bytes and back, authenticators, the ciphers inside
// attributes, dictionaries. Pure: no socket, configuration, log or clock. May import nothing of ours.
export {
  findAllAttributes,
  findAttribute,
  findInteger,
  findText,
  integerAttribute,
  joinAttributes,
  splitAttributes,
  textAttributes,
} from './attributes.ts'
export { verifyChap } from './chap.ts'
export { RadiusError, type RadiusErrorCode } from './errors.ts'
export { attributeType, maxPacketLength, maxValueLength, packetCode } from './numbers.ts'
export { type Attribute, attributesLength, decodePacket, type Packet } from './packet.ts'
export {
  encodeReply,
  type Reply,
  type ReplyVerification,
  type SentRequest,
  verifyReply,
} from './reply.ts'
export { type EncodedRequest, encodeRequest, type RequestToSend } from './request.ts'
export { createSharedSecret, type SharedSecret } from './shared-secret.ts'
export { decodeUserPassword, decryptPassword, encryptPassword } from './user-password.ts'
export {
  type RequestPolicy,
  type RequestRefusal,
  type RequestVerification,
  type VerifiedRequest,
  verifyRequest,
} from './verify-request.ts'
