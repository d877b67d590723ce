using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The sentences for what the kernel answers when a socket is opened.</summary>
internal static class SocketRefusal
{
    /// <summary>The socket itself was refused.</summary>
    public static AdapterException Opening(string what, int error) => new(error switch
    {
        Errno.NotPermitted or Errno.AccessDenied => $"a raw socket for {what} may not be opened: run as root or with CAP_NET_RAW.",
        Errno.FamilyNotSupported or Errno.ProtocolNotSupported => $"the kernel has no {what}: enable the protocol family or choose an address of the other one.",
        _ => $"a socket for {what} cannot be opened ({Errno.Text(error)}): raise the limit of open files.",
    });

    /// <summary>The address was refused; <paramref name="port"/> is 0 for a raw socket.</summary>
    public static AdapterException Binding(IpAddress address, int port, int error)
    {
        var place = port == 0 ? $"{address}" : address.Version == IpVersion.V4 ? $"{address}:{port}" : $"[{address}]:{port}";
        return new(error switch
        {
            Errno.AddressInUse => $"UDP {place} is in use by another process: stop the IKE or IPsec daemon that has it (ss -ulpn) or choose another port.",
            Errno.AccessDenied or Errno.NotPermitted => $"UDP {place} may not be bound: run as root or with CAP_NET_BIND_SERVICE.",
            Errno.AddressNotAvailable => $"no interface has address {address}: give it to one (ip addr add) or bind to one this host has.",
            _ => $"{place} cannot be bound ({Errno.Text(error)}): check the address, and the scope of a link-local one.",
        });
    }
}
