using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ipsec;

namespace Dataplane.Tests.Wire.Ipsec;

public sealed class EspViewTests
{
    [Fact]
    public void TryView_WholeHeader_FieldsAreReadAndWritten()
    {
        byte[] octets = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.True(EspView.TryView(octets, out var view));
        Assert.Equal((0x01020304u, 0x05060708u, 1), (view.Spi, view.Sequence, view.Body.Length));
        view.Spi = 0xA0B0C0D0;
        view.Sequence = uint.MaxValue;
        Assert.Equal([0xA0, 0xB0, 0xC0, 0xD0, 255, 255, 255, 255, 9], octets);
    }

    [Fact]
    public void TryView_HeaderCutOff_Refused() =>
        Assert.All(Damage.Truncations(new byte[EspView.HeaderLength]), octets => Assert.False(EspView.TryView(octets, out _)));
}
