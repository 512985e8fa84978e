/**
 * Requests and replies as published or made for this project, as data. Hex; blanks are for reading.
 * `made` entries were computed with two independent implementations.
 */
export type RequestVector = {
  readonly name: string
  readonly source: string
  readonly secret: string
  readonly request: string
  /** Of the request. */
  readonly messageAuthenticator: 'valid' | 'absent'
  readonly password?: string
  readonly replies: readonly {
    readonly name: string
    readonly bytes: string
    /** Attributes given to `encodeReply`; absent where we answer differently from the published bytes. */
    readonly from?: {
      readonly code: number
      readonly attributes: readonly (readonly [number, string])[]
    }
    readonly messageAuthenticator: 'valid' | 'absent'
  }[]
}

const secret = 'xyzzy5461'

export const requestVectors: readonly RequestVector[] = [
  {
    name: 'PAP, nemo',
    source: 'RFC 2865 section 7.1',
    secret,
    request:
      '01000038 0f403f9473978057bd83d5cb98f4227a 01066e656d6f 02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003',
    messageAuthenticator: 'absent',
    password: 'arctangent',
    replies: [
      {
        name: 'Access-Accept',
        bytes: '02000026 86fe220e7624ba2a1005f6bf9b55e0b2 060600000001 0f0600000000 0e06c0a80103',
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'CHAP, flopsy',
    source: 'RFC 2865 section 7.2',
    secret,
    request:
      '01010047 2aee86f08d0d55969ca5978e0d3367a2 0108666c6f707379 031316e97557c316185895f293ff6344077275 0406c0a80110 050600000014 060600000002 070600000001',
    messageAuthenticator: 'absent',
    replies: [
      {
        name: 'Access-Accept',
        bytes:
          '02010038 15efbc7dab26cfa3dc34d9c03c8601a4 060600000002 070600000001 0806fffffffe 0a0600000002 0d0600000001 0c06000005dc',
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'challenge and response, mopsy',
    source: 'RFC 2865 section 7.3',
    secret,
    request:
      '01020039 f3a47a1f6a6d76710b947ab93041a039 01076d6f707379 021233657573778289b570885e15084825c5 0406c0a80110 050600000007',
    messageAuthenticator: 'absent',
    password: 'challenge',
    replies: [
      {
        name: 'Access-Challenge',
        bytes:
          '0b02004e 36f3c8764ae8c71157403c0c71ff9c45 12304368616c6c656e67652033323736393433302e2020456e74657220726573706f6e73652061742070726f6d70742e 180a3332373639343330',
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'PAP, nemo, with Message-Authenticator first',
    source: 'made, from RFC 2865 section 7.1 and RFC 3579 section 3.2',
    secret,
    request:
      '0100004a 0f403f9473978057bd83d5cb98f4227a 50128f16b45f90d3494989a4f14f4421c618 01066e656d6f 02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003',
    messageAuthenticator: 'valid',
    password: 'arctangent',
    replies: [
      {
        name: 'Access-Accept',
        bytes:
          '02000038 c13e8f5e21426df8a8fffcc5569ce9fc 501204121386280130d5ef8ed8072ba8058d 060600000001 0f0600000000 0e06c0a80103',
        from: {
          code: 2,
          attributes: [
            [6, '00000001'],
            [15, '00000000'],
            [14, 'c0a80103'],
          ],
        },
        messageAuthenticator: 'valid',
      },
      {
        name: 'Access-Reject',
        bytes:
          '0300002a 90fdffcb14c5311bff89304564a9fd9c 50123b18d45eb9cabc6fb9cb72bc0f574117 12046e6f',
        from: { code: 3, attributes: [[18, '6e6f']] },
        messageAuthenticator: 'valid',
      },
    ],
  },
  {
    name: 'Accounting-Request with Message-Authenticator',
    source: 'made, RFC 2866 section 3 and RFC 5080 section 2.2.2',
    secret,
    request:
      '04080042 ef40840391679b61241cfe0af9d56760 50128aaad37bc3d65afa04b5b711a4815e0a 01066e656d6f 280600000001 2c0a3030303030303031 0406c0a80110',
    messageAuthenticator: 'valid',
    replies: [
      {
        name: 'Accounting-Response',
        bytes: '05080026 02496e8fd6384b686598ce894f6097b5 5012bf02bf6029f7eea3c0b834ca972597fc',
        from: { code: 5, attributes: [] },
        messageAuthenticator: 'valid',
      },
    ],
  },
  {
    name: 'Accounting-Request without Message-Authenticator',
    source: 'made, RFC 2866 section 3',
    secret,
    request:
      '04070030 deac19a51559f112c94a50e98e0229a1 01066e656d6f 280600000001 2c0a3030303030303031 0406c0a80110',
    messageAuthenticator: 'absent',
    replies: [
      {
        name: 'Accounting-Response',
        bytes: '05070014 faa66f7da526fe324e0739c09e118ec6',
        from: { code: 5, attributes: [] },
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'Accounting-Request, Start with Event-Timestamp',
    source: 'made, RFC 2866 section 3 and RFC 2869 section 5.3; FreeRADIUS 3.2.1 answered it',
    secret: 'testing123',
    request:
      '04010033 233032213c41e3b75edcf1ab3e83baca 280600000001 0107616c696365 04067f000001 2c0638423046 3706692b8900',
    messageAuthenticator: 'absent',
    replies: [
      {
        name: 'Accounting-Response',
        bytes: '05010014 dfa2fb75384cf19b2a836ec7e80bb895',
        from: { code: 5, attributes: [] },
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'Accounting-Request, the same with Message-Authenticator first',
    source: 'made, RFC 3579 section 3.2 over 16 zero bytes; FreeRADIUS 3.2.1 answered it',
    secret: 'testing123',
    request:
      '04010045 6c79c1ced9e1be0aaefd8fee91a8ee04 5012c86ffccba5fa1e84de68d2d79d246771 280600000001 0107616c696365 04067f000001 2c0638423046 3706692b8900',
    messageAuthenticator: 'valid',
    replies: [
      {
        name: 'Accounting-Response',
        bytes: '05010026 6c1e580d7209c1ac81ee54f78504c452 50128c6fbd06283ff59172907a78d66ec66a',
        from: { code: 5, attributes: [] },
        messageAuthenticator: 'valid',
      },
    ],
  },
  {
    name: 'Disconnect-Request',
    source: 'made, RFC 5176 section 2.3 and 3.4',
    secret,
    request:
      '2809003c 463f104a87e44812b30cffffa5fc92d6 5012ecfb14ac9095b9052e66f1dc17214e0a 01066e656d6f 2c0a3030303030303031 370667000000',
    messageAuthenticator: 'valid',
    replies: [
      {
        name: 'Disconnect-NAK, Error-Cause 503',
        bytes:
          '2a09002c fa92596fe10195ca37b4ff5d10dc812c 5012a44f6441288cef38a21df7b05fefc699 6506000001f7',
        from: { code: 42, attributes: [[101, '000001f7']] },
        messageAuthenticator: 'valid',
      },
    ],
  },
  {
    name: 'Status-Server on the authentication port',
    source: 'RFC 5997 section 6.1',
    secret,
    request: '0cda0026 8a54f4686fb394c52866e302185d0623 50125a665e2e1e8411f3e243822097c84fa3',
    messageAuthenticator: 'valid',
    replies: [
      {
        name: 'bare Access-Accept',
        bytes: '02da0014 ef0d552a4bf2d693ec2b6fe8b5411d66',
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'Status-Server on the accounting port',
    source: 'RFC 5997 section 6.2; the hash is over code 5, the printed 2 is an erratum',
    secret,
    request: '0cb30026 925f6b66dd5fed571fcb1db7ad388260 5012e8d6eabda910875cd91fdade26367858',
    messageAuthenticator: 'valid',
    replies: [
      {
        name: 'Accounting-Response',
        bytes: '05b30014 0f6f92145f107e2f504e860a4860669c',
        messageAuthenticator: 'absent',
      },
    ],
  },
  {
    name: 'EAP Response/Identity',
    source: 'made, RFC 3579 section 3',
    secret,
    request:
      '01050035 000102030405060708090a0b0c0d0e0f 501235e55ddf24f38bf892b68fe60bfdd29e 0105626f62 4f0a0201000801626f62',
    messageAuthenticator: 'valid',
    replies: [
      {
        name: 'Access-Challenge, PEAP Start',
        bytes:
          '0b050034 51df813848547ff752d01fc3a97545b0 5012073fa9decd7dae91d8ede34507b4ab9e 4f08010200061920 180673743031',
        from: {
          code: 11,
          attributes: [
            [79, '010200061920'],
            [24, '73743031'],
          ],
        },
        messageAuthenticator: 'valid',
      },
      {
        name: 'Access-Reject, EAP-Failure',
        bytes:
          '0305002c f0bbabcb4e202214bcde03f296af36bf 50128a2e80dd3ffd9632045e8445ac210853 4f0604020004',
        from: { code: 3, attributes: [[79, '04020004']] },
        messageAuthenticator: 'valid',
      },
    ],
  },
]
