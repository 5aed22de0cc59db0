// Keys whose private half is published, by SHA-256 of their SubjectPublicKeyInfo: whatever they sign proves nothing.
// Source: vectors/derived/known-test-keys.json.

const publishedKeys: Readonly<Record<string, string>> = {
  '51b944cdfa544d4c3273aa6bf350625a7dd53bbb6a71723274f538b19a207760':
    'the key compiled into the Veraison attestation PTA of OP-TEE',
  '7b1a17147ca907e16cad79901fef13991ec6206e3d148b657068ad6c4cba4626': 'the default attestation key of TF-M',
  '45d852b8ab34e60e66d904c289f945edadf3de2446e8eaf61df17333ac5fd8e2':
    'the example key of RFC 9783 and iat-verifier',
  '5a2ee506e027a7d8bafe7a5dc83d1d5e64f068bd838fd9030cee8be9f635c23a':
    'the alternative test key of iat-verifier',
  '66e2b23c32c650217f99e11fb60b51ea72c6667c6dfd1238364435e62d659d5b':
    'the example key "11" of the COSE working group',
  '1867fce7ad00b7cc6cab4f171d05498c6a4e022c47b3e89316285e94c60d3603': 'the MSR_TEST root of CyReS and RIoT',
  '198e5be9542c97fd38a0acd2b5403e5602d38542923f86d03deb4beb5f67c2d5': "cpk-tool's demo payload-signing key",
};

/** How a key was published; null when it is not known to be. @param spkiSha256 lower-case hex */
export const publishedName = (spkiSha256: string): string | null => publishedKeys[spkiSha256] ?? null;
