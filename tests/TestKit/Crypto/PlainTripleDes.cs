namespace IpsecDp.TestKit.Crypto;

/// <summary>3DES: encrypt, decrypt, encrypt under three keys (SP 800-67 §3).</summary>
public sealed class PlainTripleDes(byte[] key) : IPlainBlockCipher
{
    private readonly PlainDes _first = new(key.AsSpan(0, 8));
    private readonly PlainDes _second = new(key.AsSpan(8, 8));
    private readonly PlainDes _third = new(key.AsSpan(16, 8));

    /// <inheritdoc/>
    public int BlockLength => 8;

    /// <inheritdoc/>
    public byte[] Encrypt(ReadOnlySpan<byte> block) => _third.Encrypt(_second.Decrypt(_first.Encrypt(block)));

    /// <inheritdoc/>
    public byte[] Decrypt(ReadOnlySpan<byte> block) => _first.Decrypt(_second.Encrypt(_third.Decrypt(block)));
}
