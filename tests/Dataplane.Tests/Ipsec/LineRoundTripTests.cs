using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec;

/// <summary>Every suite carries packets through both paths, in each mode and family, and what is changed on the way is refused.</summary>
public sealed class LineRoundTripTests
{
    public static TheoryData<string, SaMode, bool, bool> Matrix()
    {
        var data = new TheoryData<string, SaMode, bool, bool>();
        foreach (var suite in CipherSuite.All)
        {
            foreach (var mode in Enum.GetValues<SaMode>())
            {
                foreach (var isV6 in new[] { false, true })
                {
                    data.Add(suite.Name, mode, isV6, false);
                    data.Add(suite.Name, mode, isV6, true);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Esp_EverySuiteModeFamilyAndNumber_RoundTrips(string name, SaMode mode, bool isV6, bool isExtended)
    {
        Assert.True(CipherSuite.TryParse(name, out var suite));
        using var pair = new SteppedPair(mode, suite, isV6: isV6, change: model => model with { ExtendedSequenceNumbers = isExtended });
        foreach (var length in new[] { 0, 1, 15, 64, 1300 })
        {
            // Forwarded packets lose a hop at each end of a tunnel; these start and end at the endpoints.
            var packet = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1000, 2000).Payload(length).Build();
            var sealedPackets = pair.A.Send(packet);
            var single = Assert.Single(sealedPackets);
            Assert.NotEqual(packet, single);
            var arrived = pair.B.Receive(single);
            Assert.True(arrived.Count == 1, string.Join(',', pair.B.Plane.Snapshot().Drops) + pair.B.Plane.Snapshot().Pool.FirstFault);
            var opened = arrived[0];
            Assert.Equal(packet, opened);

            var corrupted = (byte[])pair.A.Send(packet)[0].Clone();
            corrupted[^1] ^= 0x40;
            Assert.Empty(pair.B.Receive(corrupted));
        }

        Assert.Equal(5, pair.B.Dropped(IpsecDp.Ipsec.DropReason.IntegrityFailed));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }
}
