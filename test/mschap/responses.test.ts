import { expect } from 'chai'
import { spreadKey } from '../../src/mschap/des.ts'
import {
  challengeOf,
  checkMsChap,
  type MsChapResponse,
  md4,
  msChapFailureText,
  msChapSuccess,
  ntHash,
  ntResponseOf,
  withoutDomain,
} from '../../src/mschap/index.ts'
import { Secret } from '../../src/support/index.ts'
import { hex } from '../radius/hex.ts'
import { desKeyVectors, msChap1Vector, msChap2Vector } from '../vectors/ms-chap.ts'

const vector = msChap2Vector
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const version2: MsChapResponse = {
  version: 2,
  challenge: hex(vector.challenge),
  peerChallenge: hex(vector.peerChallenge),
  ntResponse: hex(vector.ntResponse),
  userName: vector.userName,
}

const version1: MsChapResponse = {
  version: 1,
  challenge: hex(msChap1Vector.challenge),
  peerChallenge: new Uint8Array(0),
  ntResponse: hex(msChap1Vector.ntResponse),
  userName: 'anybody',
}

/** A peer's response, with `hashedName` in its challenge whatever name it sends. */
function respond(password: string, userName: string, hashedName: string): MsChapResponse {
  const open = { ...version2, userName, ntResponse: new Uint8Array(0) }
  const ntResponse = ntResponseOf(challengeOf(open, hashedName), ntHash(new Secret(password)))
  return { ...open, ntResponse }
}

describe('single DES', () => {
  for (const [key, spread] of desKeyVectors) {
    it(`spreads ${key} over eight bytes of odd parity (RFC 2433 B.2)`, () => {
      expect(toHex(spreadKey(hex(key)))).to.equal(spread)
    })
  }
})

describe(`MS-CHAPv2 (${vector.source})`, () => {
  it('makes each step as published', () => {
    expect(toHex(ntHash(new Secret(vector.password)))).to.equal(vector.ntHash)
    expect(toHex(md4(hex(vector.ntHash)))).to.equal(vector.ntHashHash)
    expect(toHex(challengeOf(version2, vector.userName))).to.equal(vector.challengeHash)
    expect(toHex(ntResponseOf(hex(vector.challengeHash), hex(vector.ntHash)))).to.equal(
      vector.ntResponse,
    )
  })

  it('proves the server and gives both start keys, from the digest of the hash alone', () => {
    const success = msChapSuccess(version2, hex(vector.ntHashHash), vector.userName)
    expect(success).to.deep.equal({
      version: 2,
      authenticatorResponse: vector.authenticatorResponse,
      sendKey: hex(vector.sendKey),
      receiveKey: hex(vector.receiveKey),
    })
    expect(checkMsChap(version2, hex(vector.ntHash))).to.deep.equal(success)
  })

  it('refuses a response with any bit turned, of another name, or of another length', () => {
    for (let bit = 0; bit < 24 * 8; bit++) {
      const ntResponse = hex(vector.ntResponse)
      ntResponse.writeUInt8(ntResponse.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(checkMsChap({ ...version2, ntResponse }, hex(vector.ntHash)), `bit ${bit}`).to.equal(
        undefined,
      )
    }
    const others = [
      { ...version2, userName: 'user' },
      { ...version2, ntResponse: new Uint8Array(0) },
      { ...version2, ntResponse: hex(`${vector.ntResponse}00`) },
    ]
    for (const other of others) expect(checkMsChap(other, hex(vector.ntHash))).to.equal(undefined)
  })

  for (const [userName, hashedName] of [
    ['CORP\\alice', 'alice'],
    ['CORP\\alice', 'CORP\\alice'],
    ['alice@corp.example', 'alice@corp.example'],
    ['Grüße', 'Grüße'],
  ] as const) {
    it(`takes ${userName} with ${hashedName} in its challenge, and proves itself by the same name`, () => {
      const password = new Secret('pässword 🔑')
      const response = respond(password.reveal(), userName, hashedName)
      const success = checkMsChap(response, ntHash(password))
      expect(success).to.deep.equal(msChapSuccess(response, md4(ntHash(password)), hashedName))
    })
  }

  it('does not take a name without its realm for the name with it', () => {
    const response = respond('pw', 'alice@corp.example', 'alice')
    expect(checkMsChap(response, ntHash(new Secret('pw')))).to.equal(undefined)
  })

  it('drops everything up to the last backslash', () => {
    expect(withoutDomain('CORP\\alice')).to.equal('alice')
    expect(withoutDomain('a\\b\\c')).to.equal('c')
    expect(withoutDomain('alice')).to.equal('alice')
    expect(withoutDomain('\\')).to.equal('')
  })
})

describe('MS-CHAPv1 (RFC 2433 B.2)', () => {
  it('takes the published response, whatever the name', () => {
    expect(checkMsChap(version1, hex(msChap1Vector.ntHash))).to.deep.equal({
      version: 1,
      ntKey: md4(hex(msChap1Vector.ntHash)),
    })
  })

  it('refuses another password', () => {
    expect(checkMsChap(version1, ntHash(new Secret('mypw')))).to.equal(undefined)
  })
})

describe('the text of a failure', () => {
  it('has error, retry, challenge, version and message (RFC 2759 6)', () => {
    const text = msChapFailureText({
      version: 2,
      code: 691,
      retry: true,
      challenge: hex(vector.challenge),
      message: 'No, thanks',
    })
    expect(text).to.equal('E=691 R=1 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=No, thanks')
  })

  it('has no message in version 1 (RFC 2433 6)', () => {
    const challenge = hex(msChap1Vector.challenge)
    const text = msChapFailureText({
      version: 1,
      code: 648,
      retry: false,
      challenge,
      message: 'expired',
    })
    expect(text).to.equal('E=648 R=0 C=102DB5DF085D3041 V=2')
  })
})
