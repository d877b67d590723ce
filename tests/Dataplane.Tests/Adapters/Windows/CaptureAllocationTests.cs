using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>What a packet costs in memory made, on the thread of the line and on the thread that reads.</summary>
public sealed class CaptureAllocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReceiveAndSend_ThousandsOfPackets_AllocateNothing(bool isExact)
    {
        using var driver = new EndlessDriver();
        using var guard = new DivertGuard(driver);
        var buffers = new PortBuffers(512, 4);
        var selectors = isExact
            ? [TestPlan.Selector("10.1.0.1", "10.2.0.1")]
            : Enumerable.Range(0, 300).Select(index => TestPlan.Selector("10.1.0.1", "10.2.0.1", 17, remotePorts: IpsecDp.Wire.Selectors.PortRange.Of((ushort)(2000 - index)))).ToArray();
        using var capture = WinDivertCapture.Open(new WinDivertOptions { Driver = driver, Plan = TestPlan.Empty with { Outbound = selectors }, Guard = guard, Buffers = buffers, Mtu = 1500 });
        Assert.Equal(isExact, capture.Filters.Outbound[0].IsExact);
        using var batch = new PacketBatch();
        long allocated = 0;
        for (var round = 0; round < 200; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(capture.Clear.Receive(batch));
            capture.Cipher.Pass(batch);
            batch.Clear();
            // The first rounds compile and make the buffers.
            allocated += round < 50 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.True(driver.Sent > 10_000);
        Assert.Equal(0, driver.AllocatedByReader);
    }

    // Gives the same batch for ever and takes what is sent.
    private sealed class EndlessDriver : IDivertDriver, IDisposable
    {
        private long _sent;
        private long _allocatedByReader;

        public long Sent => Interlocked.Read(ref _sent);

        public long AllocatedByReader => Interlocked.Read(ref _allocatedByReader);

        public IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags) => new Handle(this);

        public void Dispose()
        {
        }

        private sealed class Handle(EndlessDriver owner) : IDivertHandle
        {
            private readonly byte[] _packet = PacketBuilder.Udp("10.1.0.1", "10.2.0.1", 1000, 2000).Payload(400).Build();
            private volatile bool _isShut;
            private int _readings;
            private long _before;

            public int Receive(Span<byte> packets, Span<WinDivertAddress> addresses, out int octets, out int count)
            {
                var now = GC.GetAllocatedBytesForCurrentThread();
                if (++_readings > 20)
                {
                    Interlocked.Add(ref owner._allocatedByReader, now - _before);
                }

                _before = now;
                (octets, count) = (0, 0);
                for (; !_isShut && count < addresses.Length; count++)
                {
                    _packet.CopyTo(packets[octets..]);
                    addresses[count] = new WinDivertAddress { Timestamp = 1, Marks = WinDivertMarks.Outbound | WinDivertMarks.Checksums, Interface = 5 };
                    octets += _packet.Length;
                }

                return _isShut ? WinDivertError.NoData : 0;
            }

            public int Send(ReadOnlySpan<byte> packets, ReadOnlySpan<WinDivertAddress> addresses)
            {
                Interlocked.Add(ref owner._sent, addresses.Length);
                return 0;
            }

            public int Shutdown(WinDivertShutdown how)
            {
                _isShut = true;
                return 0;
            }

            public int Set(WinDivertParameter parameter, ulong value) => 0;

            public int Get(WinDivertParameter parameter, out ulong value)
            {
                value = 2;
                return 0;
            }

            public void Dispose() => _isShut = true;
        }
    }
}
