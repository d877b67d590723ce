using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;

namespace Dataplane.Tests.Adapters.Linux;

public sealed class TunAllocationTests
{
    [Theory]
    [InlineData(TunOffloads.None)]
    [InlineData(TunOffloads.All)]
    public void InjectAndReceive_ThousandsOfPackets_AllocateNothing(TunOffloads disabled)
    {
        const int Count = 40;
        using var rig = TunRig.Create(disabled);
        rig.FillPools();
        using var outgoing = new PacketBatch();
        for (var i = 0; i < Count; i++)
        {
            var packet = rig.MakePacket(i, 600);
            var buffer = rig.Rent(packet.Length);
            packet.CopyTo(buffer.SetLength(packet.Length));
            outgoing.Add(buffer);
        }

        using var incoming = new PacketBatch();
        long allocated = 0;
        for (var round = 0; round < 60; round++)
        {
            for (var i = 0; i < Count; i++)
            {
                rig.Feed(rig.MakePacket(i, 600));
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            rig.Port.Inject(outgoing);
            for (var received = 0; received < Count; incoming.Clear())
            {
                Assert.True(rig.Port.Receive(incoming));
                received += incoming.Count;
            }

            // The first rounds compile.
            allocated += round < 10 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal((disabled & TunOffloads.MergeUdp) == 0 ? 60 : 0, ((TunPort)rig.Port).InjectedSuperframes);
    }
}
