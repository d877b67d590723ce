using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class InternetChecksumTests
{
    [Fact]
    public void Compute_EveryLengthAndAlignment_EqualsNaive()
    {
        var octets = Seeded(320 + 33, seed: 1);
        for (var start = 0; start < 33; start++)
        {
            for (var length = 0; length <= 320; length++)
            {
                var slice = octets.AsSpan(start, length);
                Assert.Equal(NaiveChecksum.Compute(slice), InternetChecksum.Compute(slice));
            }
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    [InlineData(0x80)]
    [InlineData(0x7F)]
    public void Compute_UniformOctets_EqualsNaive(byte octet)
    {
        foreach (var length in new[] { 0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 1500, 9000, 65535 })
        {
            var octets = new byte[length];
            Array.Fill(octets, octet);
            Assert.Equal(NaiveChecksum.Compute(octets), InternetChecksum.Compute(octets));
        }
    }

    [Fact]
    public void Compute_Rfc1071Example_IsItsSum() =>
        Assert.Equal(0xFFFF - 0xDDF2, InternetChecksum.Compute([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]));

    [Fact]
    public void Add_EvenPieces_EqualTheWhole()
    {
        var octets = Seeded(401, seed: 2);
        for (var cut = 0; cut <= 400; cut += 2)
        {
            var sum = InternetChecksum.Add(InternetChecksum.Add(0, octets.AsSpan(0, cut)), octets.AsSpan(cut));
            Assert.Equal(InternetChecksum.Compute(octets), (ushort)~InternetChecksum.Fold(sum));
        }
    }

    [Theory]
    [InlineData("10.0.0.1", "255.255.255.255", 6, 65535)]
    [InlineData("0.0.0.0", "0.0.0.0", 17, 8)]
    [InlineData("2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 58, 65536)]
    [InlineData("::", "::1", 17, 1_000_000)]
    public void PseudoHeader_EitherVersion_EqualsTheDrawnOctets(string source, string destination, byte protocol, int length)
    {
        Assert.True(IpAddress.TryParse(source, out var from));
        Assert.True(IpAddress.TryParse(destination, out var to));
        var drawn = NaiveChecksum.PseudoHeader(from, to, protocol, length);
        Assert.Equal(NaiveChecksum.Compute(drawn), (ushort)~InternetChecksum.Fold(InternetChecksum.PseudoHeader(from, to, protocol, length)));
    }

    [Fact]
    public void Update_AnyWordChanged_EqualsComputingAfresh()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var octets = Seeded(20, seed: round);
            var before = InternetChecksum.Compute(octets);
            var at = random.Next(10) * 2;
            var old = (ushort)(octets[at] << 8 | octets[at + 1]);
            random.NextBytes(octets.AsSpan(at, 2));
            var updated = InternetChecksum.Update(before, old, (ushort)(octets[at] << 8 | octets[at + 1]));
            Assert.Equal(NaiveChecksum.Compute(octets), updated);
        }
    }

    [Fact]
    public void Compute_OneBitTurned_IsNotTheSame()
    {
        var octets = Seeded(60, seed: 4);
        var right = InternetChecksum.Compute(octets);
        Assert.All(Damage.BitChanges(octets), changed => Assert.NotEqual(right, InternetChecksum.Compute(changed)));
    }

    private static byte[] Seeded(int length, int seed)
    {
        var octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }
}
