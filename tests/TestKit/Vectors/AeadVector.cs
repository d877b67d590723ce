namespace IpsecDp.TestKit.Vectors;

/// <summary>One published case of a combined cipher; an invalid one must be refused.</summary>
public sealed record AeadVector(string Name, byte[] Key, byte[] Nonce, byte[] Aad, byte[] Plaintext, byte[] Ciphertext, byte[] Tag, bool IsValid = true);
