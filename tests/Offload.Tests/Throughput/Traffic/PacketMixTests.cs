using IpsecDp.Throughput.Traffic;

namespace Offload.Tests.Throughput.Traffic;

public class PacketMixTests
{
    [Fact]
    public void Imix_AnyTwelveInARow_AreSevenToFourToOne()
    {
        for (var first = 0; first < 30; first++)
        {
            var lengths = Enumerable.Range(first, 12).Select(index => PacketMix.Imix.LengthOf(index)).ToArray();

            Assert.Equal((7, 4, 1), (lengths.Count(length => length == 64), lengths.Count(length => length == 576), lengths.Count(length => length == 1400)));
        }

        Assert.Equal(((7 * 64) + (4 * 576) + 1400) / 12.0, PacketMix.Imix.MeanLength, 9);
    }

    [Theory]
    [InlineData("imix", 64, 1400)]
    [InlineData("36", 36, 36)]
    [InlineData("9000", 9000, 9000)]
    public void Parse_KnownWord_GivesItsLengths(string text, int shortest, int longest)
    {
        var mix = PacketMix.Parse(text);

        Assert.Equal((text, shortest, longest), (mix.Name, mix.Lengths.Min(), mix.MaximumLength));
    }

    [Theory]
    [InlineData("35")]
    [InlineData("9001")]
    [InlineData("-64")]
    [InlineData("IMIX")]
    [InlineData("")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Throws<ArgumentException>(() => PacketMix.Parse(text));
}
