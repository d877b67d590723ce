using IpsecDp.Wire.Ipsec;

namespace Dataplane.Tests.Wire.Ipsec;

public sealed class AhViewTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(44)]
    public void Write_FilledBuffer_ReadsBackWithZeroIcv(int headerLength)
    {
        var octets = new byte[headerLength + 5];
        Array.Fill(octets, (byte)0xA5);
        AhView.Write(octets, 6, headerLength, 0x11223344, 9);
        Assert.True(AhView.TryView(octets, out var view));
        Assert.Equal((6, headerLength, 0x11223344u, 9u), (view.NextHeader, view.HeaderLength, view.Spi, view.Sequence));
        Assert.Equal((headerLength - 12, 5), (view.Icv.Length, view.Payload.Length));
        Assert.Equal(-1, view.Icv.IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, view.Payload.IndexOfAnyExcept((byte)0xA5));
    }

    [Fact]
    public void TryView_EveryLengthFieldAndRoom_ViewOnlyWhereItFits()
    {
        for (var room = 0; room <= 64; room++)
        {
            var octets = new byte[room];
            for (var field = 0; field < 256; field++)
            {
                if (room > 1)
                {
                    octets[1] = (byte)field;
                }

                var stated = (field + 2) * 4;
                Assert.Equal(room >= 12 && stated >= 12 && stated <= room, AhView.TryView(octets, out _));
            }
        }
    }
}
