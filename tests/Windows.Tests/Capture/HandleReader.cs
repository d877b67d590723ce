using System.Buffers.Binary;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Ports;

namespace Windows.Tests.Capture;

/// <summary>A handle of the test's own that takes packets out and tells of each.</summary>
internal sealed class HandleReader : IDisposable
{
    // Wine carries less than 64 KiB in a call to a device.
    private const int EmulatedRoom = 56 * 1024;
    private const int Room = 256 * 1024;

    private readonly IDivertHandle _handle;
    private readonly TestThread _thread;

    /// <summary>Opens the handle and begins to read.</summary>
    public HandleReader(string filter, short priority, Action<byte[], WinDivertAddress> told)
    {
        _handle = Installation.Driver.Open(filter, WinDivertLayer.Network, priority, WinDivertFlags.ReceiveOnly);
        _thread = new TestThread(filter, () => Read(told));
    }

    /// <summary>What ended the reading; 0 while it goes on.</summary>
    public int EndedBy { get; private set; }

    /// <summary>Octets that one reading may have where the device is the emulated one, or not.</summary>
    public static int BatchOctets => Installation.IsEmulated ? EmulatedRoom : Room;

    public void Dispose()
    {
        _ = _handle.Shutdown(WinDivertShutdown.Receive);
        _thread.Join();
        _handle.Dispose();
    }

    private void Read(Action<byte[], WinDivertAddress> told)
    {
        var packets = new byte[BatchOctets];
        var addresses = new WinDivertAddress[64];
        while ((EndedBy = _handle.Receive(packets, addresses, out _, out var count)) == 0)
        {
            for (int index = 0, at = 0; index < count; index++)
            {
                var length = packets[at] >> 4 == 4
                    ? BinaryPrimitives.ReadUInt16BigEndian(packets.AsSpan(at + 2))
                    : 40 + BinaryPrimitives.ReadUInt16BigEndian(packets.AsSpan(at + 4));
                told(packets[at..(at + length)], addresses[index]);
                at += length;
            }
        }
    }
}
