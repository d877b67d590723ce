using System.Runtime.InteropServices;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The modelled driver behind the product's narrow interface, without a library between.</summary>
internal sealed class KernelDriver(DivertKernel kernel, int process = 1) : IDivertDriver
{
    public IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags)
    {
        var error = kernel.Open(filter, (int)layer, priority, (ulong)flags, process, out var session);
        return error == 0 ? new Handle(kernel, session!) : throw WinDivertError.ToException("opening the modelled driver", error);
    }

    private sealed class Handle(DivertKernel kernel, DivertSession session) : IDivertHandle
    {
        public int Receive(Span<byte> packets, Span<WinDivertAddress> addresses, out int octets, out int count)
        {
            var error = kernel.Receive(session, packets.Length, addresses.Length, out var taken);
            (octets, count) = (0, taken.Count);
            for (var i = 0; i < count; i++)
            {
                taken[i].Packet.CopyTo(packets[octets..]);
                octets += taken[i].Packet.Length;
                addresses[i] = MemoryMarshal.Read<WinDivertAddress>(taken[i].Address.Octets);
            }

            return error;
        }

        public int Send(ReadOnlySpan<byte> packets, ReadOnlySpan<WinDivertAddress> addresses)
        {
            var images = addresses.ToArray().Select(address => new DivertAddressImage(MemoryMarshal.AsBytes(new ReadOnlySpan<WinDivertAddress>(ref address)).ToArray())).ToList();
            return kernel.Send(session, packets, images);
        }

        public int Shutdown(WinDivertShutdown how) => kernel.Shutdown(session, (int)how);

        public int Set(WinDivertParameter parameter, ulong value) => kernel.Set(session, (int)parameter, value);

        public int Get(WinDivertParameter parameter, out ulong value) => kernel.Get(session, (int)parameter, out value);

        public void Dispose() => kernel.Close(session);
    }
}
