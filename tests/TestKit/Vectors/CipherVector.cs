namespace IpsecDp.TestKit.Vectors;

/// <summary>One published case of a cipher that does not authenticate: CBC with its IV, or CTR with nonce and IV.</summary>
public sealed record CipherVector(string Name, byte[] Key, byte[] Iv, byte[] Plaintext, byte[] Ciphertext);
