using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Ike.Keys;

/// <summary>Cuts key material into keys in the order of the text.</summary>
internal ref struct KeyMaterialCutter(ReadOnlySpan<byte> material)
{
    private ReadOnlySpan<byte> _rest = material;

    public SecretBytes Next(int length)
    {
        var key = new SecretBytes(_rest[..length]);
        _rest = _rest[length..];
        return key;
    }
}
