namespace IpsecDp.TestKit.Crypto;

/// <summary>A combined cipher under a key, with any nonce, AAD and tag its definition allows.</summary>
public interface IPlainAead
{
    /// <summary>The ciphertext and the leading octets of the tag.</summary>
    (byte[] Ciphertext, byte[] Tag) Encrypt(byte[] nonce, byte[] plaintext, byte[] aad, int tagLength);

    /// <summary>The plaintext, or null when the tag is wrong.</summary>
    byte[]? Decrypt(byte[] nonce, byte[] ciphertext, byte[] aad, byte[] tag);
}
