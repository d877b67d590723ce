using System.Net;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Bed;

/// <summary>Two network namespaces joined by a veth pair, and a folder only root may enter; all of it goes when it is disposed.</summary>
internal sealed class TestBed : IDisposable
{
    private const string Link = "wire0";
    private const int Mtu = 1500;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Stack<Action> _undo = new();

    /// <summary>Makes it; throws <see cref="Adapters.AdapterException"/> with nothing left.</summary>
    public TestBed()
    {
        try
        {
            Folder = RunIdentity.FolderOf(BedIdentity.Names.Own);
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Folder, OwnerOnly);
            }

            _undo.Push(() => Directory.Delete(Folder, recursive: true));
            A = MakeSite("A", "192.0.2.1", "10.92.0.1");
            B = MakeSite("B", "192.0.2.2", "10.92.0.2");
            NamedNetworkNamespace.Join(A.Space, Link, B.Space, Link, Mtu);
            Raise(A);
            Raise(B);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where everything is sent from.</summary>
    public Site A { get; }

    /// <summary>Where everything is sent to.</summary>
    public Site B { get; }

    /// <summary>Where contenders keep keys and configurations.</summary>
    public string Folder { get; }

    /// <summary>Writes a file into the folder and gives its path.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_undo.TryPop(out var undo))
        {
            undo();
        }
    }

    private Site MakeSite(string name, string endpoint, string inner)
    {
        var space = NamedNetworkNamespace.Create($"{BedIdentity.Names.Own}-{name}");
        _undo.Push(space.Remove);
        return new Site(name, space, IPAddress.Parse(endpoint), IPAddress.Parse(inner));
    }

    private static void Raise(Site site)
    {
        // Solicitations of IPv6 are traffic nobody asked for.
        site.Space.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
            return true;
        });
        site.Space.Ip("addr", "add", $"{site.Endpoint}/24", "dev", Link);
        site.Space.Ip("link", "set", Link, "up");
    }
}
