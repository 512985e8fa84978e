// The numbers of RADIUS and EAP, each of them once. A table without code, so every part may import it,
// `signin/` too, which knows attributes by number and packets not at all.

/** Packet codes (RFC 2865, 2866, 5176, 5997, 7930). */
export const packetCode = {
  AccessRequest: 1,
  AccessAccept: 2,
  AccessReject: 3,
  AccountingRequest: 4,
  AccountingResponse: 5,
  AccessChallenge: 11,
  StatusServer: 12,
  StatusClient: 13,
  DisconnectRequest: 40,
  DisconnectAck: 41,
  DisconnectNak: 42,
  CoaRequest: 43,
  CoaAck: 44,
  CoaNak: 45,
  ProtocolError: 52,
} as const

/** Attribute numbers that the code itself uses; all others live in the dictionaries. */
export const attributeType = {
  UserName: 1,
  UserPassword: 2,
  ChapPassword: 3,
  NasIpAddress: 4,
  NasPort: 5,
  ServiceType: 6,
  FramedProtocol: 7,
  FramedIpAddress: 8,
  FilterId: 11,
  FramedMtu: 12,
  ReplyMessage: 18,
  State: 24,
  Class: 25,
  VendorSpecific: 26,
  SessionTimeout: 27,
  CalledStationId: 30,
  CallingStationId: 31,
  NasIdentifier: 32,
  ProxyState: 33,
  AcctStatusType: 40,
  AcctDelayTime: 41,
  AcctSessionId: 44,
  EventTimestamp: 55,
  ChapChallenge: 60,
  NasPortType: 61,
  TunnelClientEndpoint: 66,
  Prompt: 76,
  ConnectInfo: 77,
  EapMessage: 79,
  MessageAuthenticator: 80,
  NasPortId: 87,
  ChargeableUserIdentity: 89,
  NasIpv6Address: 95,
  ErrorCause: 101,
} as const

/** Service-Type where the gateway asks for a device, and no person has typed anything (RFC 2865 5.6). */
export const callCheck = 10

/** NAS-Port-Type of Wi-Fi (RFC 2865 5.41, values of IANA). */
export const wireless80211 = 19

/** Vendor-Id of Microsoft, and the attributes that carry MS-CHAP and the keys it gives (RFC 2548). */
export const microsoft = 311
export const microsoftType = {
  ChapResponse: 1,
  ChapError: 2,
  ChapCpw1: 3,
  ChapCpw2: 4,
  ChapLmEncPw: 5,
  ChapNtEncPw: 6,
  MppeEncryptionPolicy: 7,
  MppeEncryptionTypes: 8,
  ChapChallenge: 11,
  ChapMppeKeys: 12,
  MppeSendKey: 16,
  MppeReceiveKey: 17,
  Chap2Response: 25,
  Chap2Success: 26,
  Chap2Cpw: 27,
} as const

/** Vendors that have an attribute of their own for the name of a wireless network. */
export const aruba = 14823
export const arubaType = { EssidName: 5 } as const
export const ruckus = 25053
export const ruckusType = { Ssid: 3 } as const

/** Code of an EAP packet (RFC 3748 4), which EAP-Message carries (RFC 3579). */
export const eapCode = { Request: 1, Response: 2, Success: 3, Failure: 4 } as const

/** Type of an EAP packet (RFC 3748 5, values of IANA), those that the code itself uses. */
export const eapType = {
  Identity: 1,
  Notification: 2,
  Nak: 3,
  Md5Challenge: 4,
  Gtc: 6,
  Tls: 13,
  Ttls: 21,
  Peap: 25,
  MsChapV2: 26,
  /** TLVs inside PEAP (MS-PEAP 2.2.8). */
  Extensions: 33,
} as const

/** Bytes of Code, Identifier and Length, with which every EAP packet begins. */
export const eapHeaderLength = 4

/** Header bytes; also the shortest packet. */
export const headerLength = 20
/** Longest packet (RFC 2865 section 3). */
export const maxPacketLength = 4096
/** Longest value of one attribute. */
export const maxValueLength = 253
