using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ipsec;

namespace Dataplane.Tests.Wire.Ipsec;

public sealed class EspTrailerViewTests
{
    [Fact]
    public void TryView_PaddedPayload_PartsAreFound()
    {
        Assert.True(EspTrailerView.TryView((byte[])[9, 9, 1, 2, 3, 3, 50], out var view));
        Assert.Equal((3, 50), (view.PadLength, view.NextHeader));
        Assert.Equal([9, 9], view.Payload.ToArray());
        Assert.Equal([1, 2, 3], view.Padding.ToArray());
        Assert.True(view.HasDefaultPadding());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(255, false)]
    public void TryView_PadLength_MayNotExceedWhatStandsBeforeIt(byte padLength, bool expected) =>
        Assert.Equal(expected, EspTrailerView.TryView((byte[])[1, 2, 3, 4, 5, padLength, 4], out _));

    [Fact]
    public void TryView_ShorterThanTheTrailer_Refused() =>
        Assert.All(Damage.Truncations([0, 0]), octets => Assert.False(EspTrailerView.TryView(octets, out _)));

    [Fact]
    public void Write_EveryPadLength_ReadsBack()
    {
        for (var padLength = 0; padLength <= EspTrailerView.MaximumPadLength; padLength++)
        {
            var octets = new byte[10 + padLength + EspTrailerView.Length];
            Array.Fill(octets, (byte)0xA5);
            EspTrailerView.Write(octets.AsSpan(10), 4);
            Assert.True(EspTrailerView.TryView(octets, out var view));
            Assert.Equal((padLength, 4), (view.PadLength, view.NextHeader));
            Assert.Equal(10, view.Payload.Length);
            Assert.Equal(-1, view.Payload.IndexOfAnyExcept((byte)0xA5));
            Assert.True(view.HasDefaultPadding());
        }
    }

    [Fact]
    public void HasDefaultPadding_AnyPadBitTurned_IsFalse() =>
        Assert.All(Damage.BitChanges([1, 2, 3, 4, 5, 6]), padding =>
        {
            Assert.True(EspTrailerView.TryView((byte[])[7, .. padding, 6, 4], out var view));
            Assert.False(view.HasDefaultPadding());
        });
}
