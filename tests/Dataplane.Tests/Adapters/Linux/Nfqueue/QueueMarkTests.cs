using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class QueueMarkTests
{
    [Theory]
    [InlineData(0u, 0, false)]
    [InlineData(uint.MaxValue, 1, true)]
    public void Of_AnyPacket_GivesBackWhatItWas(uint id, int queue, bool isSuperframe)
    {
        for (byte host = 0; host < 255; host++)
        {
            var destination = IpAddress.ReadV4([10, 99, 0, host]);
            var mark = new QueueMark(QueueMark.Of(id, queue, isSuperframe, destination).Value);
            Assert.Equal((id, queue, isSuperframe, true), (mark.Id, mark.Queue, mark.IsSuperframe, mark.IsV4));
            Assert.True(mark.GoesTo(destination), destination.ToString());
            Assert.False(mark.GoesTo(IpAddress.ReadV4([10, 99, 1, host])));
            Assert.False(mark.GoesTo(destination with { Version = IpVersion.V6 }));
        }
    }
}
