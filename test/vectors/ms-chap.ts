/** One exchange of which every step is published. All bytes in hex. */
export type MsChapVector = {
  readonly source: string
  readonly password: string
  readonly userName: string
  readonly challenge: string
  readonly peerChallenge: string
  readonly challengeHash: string
  readonly ntHash: string
  readonly ntHashHash: string
  readonly ntResponse: string
  readonly authenticatorResponse: string
  readonly sendKey: string
  readonly receiveKey: string
}

export const msChap2Vector: MsChapVector = {
  source: 'RFC 2759 9.2, RFC 3079 3.5.3',
  password: 'clientPass',
  userName: 'User',
  challenge: '5b5d7c7d7b3f2f3e3c2c602132262628',
  peerChallenge: '21402324255e262a28295f2b3a337c7e',
  challengeHash: 'd02e4386bce91226',
  ntHash: '44ebba8d5312b8d611474411f56989ae',
  ntHashHash: '41c00c584bd2d91c4017a2a12fa59f3f',
  ntResponse: '82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df',
  authenticatorResponse: 'S=407A5589115FD0D6209F510FE9C04566932CDA56',
  sendKey: '8b7cdc149b993a1ba118cb153f56dccb',
  receiveKey: 'd5f0e9521e3ea9589645e86051c82226',
}

/** RFC 2433 B.2. */
export const msChap1Vector = {
  password: 'MyPw',
  challenge: '102db5df085d3041',
  ntHash: 'fc156af7edcd6c0edde3337d427f4eac',
  ntResponse: '4e9d3c8f9cfd385d5bf4d3246791956ca4c351ab409a3d61',
} as const

/** Keys of 7 bytes and what DES takes: RFC 2433 B.2. */
export const desKeyVectors = [
  ['fc156af7edcd6c', 'fd0b5b5e7f6e34d9'],
  ['0edde3337d427f', '0e6e796737ea08fe'],
] as const
