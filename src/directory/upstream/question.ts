import {
  type Attribute,
  attributeType,
  encodeMsChapResponse,
  encodeVendorAttribute,
  microsoft,
  microsoftType,
  packetCode,
  splitAttributes,
  textAttributes,
} from '../../radius/index.ts'
import type { Credential, MsChapCredential, RequestToVerify } from '../../signin/index.ts'
import type { Question } from './requester.ts'

/** Credentials that a RADIUS server can be asked about. */
export type Checkable = Extract<Credential, { kind: 'pap' | 'chap' | 'ms-chap' | 'eap' }>

/**
 * What an upstream server is told of the gateway's request: which gateway it is, which port and
 * service, and where the person comes from. Policies there look at little else, and everything of the
 * conversation with the gateway itself (its State, its Proxy-State) stays here.
 */
const told: ReadonlySet<number> = new Set([
  attributeType.NasIpAddress,
  attributeType.NasPort,
  attributeType.ServiceType,
  attributeType.FramedProtocol,
  // By which EAP is cut.
  attributeType.FramedMtu,
  attributeType.CalledStationId,
  attributeType.CallingStationId,
  attributeType.NasIdentifier,
  attributeType.AcctSessionId,
  attributeType.NasPortType,
  attributeType.TunnelClientEndpoint,
  attributeType.ConnectInfo,
  attributeType.NasPortId,
  attributeType.NasIpv6Address,
])

const namesGateway: ReadonlySet<number> = new Set([
  attributeType.NasIpAddress,
  attributeType.NasIdentifier,
  attributeType.NasIpv6Address,
])

/** Makes the Access-Request for the server: the name as it was typed, the credential, what it is told, our Proxy-State. */
export function questionFor(credential: Checkable, { attempt, relay }: RequestToVerify): Question {
  // The response was made over the name as the client has it.
  const userName = credential.kind === 'ms-chap' ? credential.userName : attempt.userName
  // RFC 2865 5 forbids to send what is empty.
  const passed = [...attempt.attributes].filter(
    ({ vendor, type, value }) => vendor === 0 && told.has(type) && value.length > 0,
  )
  // RFC 2865 4.1 wants one of them, and our own address would hide which gateway it is.
  const named = passed.some(({ type }) => namesGateway.has(type))
    ? []
    : textAttributes(attributeType.NasIdentifier, attempt.gateway.name)
  const attributes = [
    // One attribute: a name that does not fit must not become the start of it.
    { type: attributeType.UserName, value: Buffer.from(userName) },
    ...proofOf(credential),
    ...passed,
    ...named,
    ...(relay?.state === undefined ? [] : [{ type: attributeType.State, value: relay.state }]),
    // The name of the attempt in our log, so that the server's log can be laid beside it.
    ...textAttributes(attributeType.ProxyState, attempt.id),
  ]
  return {
    code: packetCode.AccessRequest,
    attributes,
    ...(credential.kind === 'pap' ? { password: credential.password.reveal() } : {}),
  }
}

function proofOf(credential: Checkable): readonly Attribute[] {
  switch (credential.kind) {
    case 'pap':
      return []
    case 'chap':
      return [
        {
          type: attributeType.ChapPassword,
          value: Uint8Array.of(credential.identifier, ...credential.response),
        },
        // Always by itself: where there is none, the Request Authenticator would count, and ours is another.
        { type: attributeType.ChapChallenge, value: credential.challenge },
      ]
    case 'eap':
      return splitAttributes(attributeType.EapMessage, credential.message)
    case 'ms-chap':
      return [
        ...encodeVendorAttribute(microsoft, microsoftType.ChapChallenge, credential.challenge),
        ...responseOf(credential),
      ]
  }
}

function responseOf(credential: MsChapCredential): readonly Attribute[] {
  const { version } = credential
  const type = version === 1 ? microsoftType.ChapResponse : microsoftType.Chap2Response
  return encodeVendorAttribute(microsoft, type, encodeMsChapResponse(version, credential))
}
