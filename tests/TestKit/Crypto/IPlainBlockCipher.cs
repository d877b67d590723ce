namespace IpsecDp.TestKit.Crypto;

/// <summary>A permutation of blocks under a key.</summary>
public interface IPlainBlockCipher
{
    /// <summary>Octets of a block.</summary>
    int BlockLength { get; }

    /// <summary>The cipher's forward direction.</summary>
    byte[] Encrypt(ReadOnlySpan<byte> block);

    /// <summary>Its inverse.</summary>
    byte[] Decrypt(ReadOnlySpan<byte> block);
}
