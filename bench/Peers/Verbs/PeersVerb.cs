using System.CommandLine;
using IpsecDp.Adapters;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Measures;
using IpsecDp.Peers.Reports;
using IpsecDp.Peers.Results;

namespace IpsecDp.Peers.Verbs;

/// <summary><c>peers</c>: tunnels side by side on one pair of network namespaces.</summary>
internal static class PeersVerb
{
    private const string Help = """
        Runs tunnels one after the other over the same veth pair between two network namespaces, in rounds, and prints throughput, goodput, round-trip times, what they cost, and how ours stands to the others (root).

        Contenders:
          veth          the link itself
          relay         a relay without ESP, the limit of the path
          wireguard-go  package wireguard-go, with wireguard-tools
          strongswan    kernel-libipsec: packages charon-systemd, strongswan-swanctl, libcharon-extra-plugins, libstrongswan-standard-plugins
          inline        ours, run to completion
          pool          ours, an engine pool of one
          esp           ours, raw ESP

        wireguard-go with UDP offloads is version 0.0.20231211 and later; Debian 12 has an older one. To take Debian 13's without installing it:
          apt-get download of wireguard-go with a source list for trixie in an apt state folder of its own, or the .deb from pool/main/w/wireguard-go/ of a Debian mirror
          dpkg-deb -x wireguard-go_*.deb newer
          bench/run peers --wireguard-go newer/usr/bin/wireguard-go

        Examples:
          bench/run peers --rounds 5 --json peers.json --svg peers.svg
          bench/run peers --contenders relay,inline --measures tcp1 --placement crossed
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var arguments = new PeersArguments();
        var verb = new Command("peers", Help);
        arguments.AddTo(verb);
        verb.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            return Run(arguments.Read(parsed), interruption.Token);
        });
        return verb;
    }

    private static int Run(PeersOptions options, CancellationToken cancellation)
    {
        if ((Environment.IsPrivilegedProcess ? BulkStream.Absence : "it makes network namespaces: run it as root") is { } hindrance)
        {
            return Refuse(hindrance);
        }

        try
        {
            var result = new PeersRun(options, Console.Error.WriteLine, cancellation).Run();
            PeersTables.Print(result);
            Write(options.JsonFile, output => PeersDocument.Write(result, output));
            Write(options.SvgFile, output => PeersChart.Write(result, output));
            return result.Faults.Count == 0 ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return Refuse("interrupted; all of it was taken away");
        }
        catch (Exception refusal) when (refusal is PeersException or AdapterException or IOException)
        {
            return Refuse(refusal.Message);
        }
    }

    private static void Write(string? file, Action<Stream> write)
    {
        if (file is not null)
        {
            using var output = File.Create(file);
            write(output);
        }
    }

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine($"bench/run peers: {sentence}");
        return 1;
    }
}
