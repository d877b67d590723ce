using IpsecDp.Ike;

namespace Control.Tests.Ike;

/// <summary>Dice that fall as they were laid; throws when more is drawn than was given.</summary>
internal sealed class GivenEntropy(params byte[] octets) : IEntropy
{
    private int _drawn;

    public static GivenEntropy Hex(string hex) => new(Convert.FromHexString(hex));

    public void Fill(Span<byte> destination)
    {
        octets.AsSpan(_drawn, destination.Length).CopyTo(destination);
        _drawn += destination.Length;
    }
}
