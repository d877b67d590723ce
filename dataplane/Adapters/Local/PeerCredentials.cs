using System.Net.Sockets;
using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Adapters.Local;

/// <summary>Who is at the other end of a Unix domain socket (unix(7), SO_PEERCRED).</summary>
internal static class PeerCredentials
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;

    /// <summary>Whether it is this process's user, or root; elsewhere than on Linux the file's permissions alone decide.</summary>
    public static bool MayCommand(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        // struct ucred: process, user, group.
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, credentials) == credentials.Length
            && MemoryMarshal.Cast<byte, uint>(credentials)[1] is var user && (user == 0 || user == Libc.EffectiveUser());
    }
}
