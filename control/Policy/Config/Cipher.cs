using IpsecDp.Crypto;

namespace IpsecDp.Policy.Config;

/// <summary>HowToEncrypt: the algorithm and its key's bits, 0 for DoNot.</summary>
internal sealed record Cipher(EncryptionAlgorithm Algorithm, int KeyBits)
{
    /// <summary>DoNot.</summary>
    public bool IsNone => Algorithm == EncryptionAlgorithm.Null;
}
