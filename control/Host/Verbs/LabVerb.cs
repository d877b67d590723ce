using System.CommandLine;
using IpsecDp.Crypto;
using IpsecDp.Host.Lab;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Host.Reports;

namespace IpsecDp.Host.Verbs;

/// <summary><c>lab</c>: two hosts exchange protected traffic, and a report says what it cost and where.</summary>
internal static class LabVerb
{
    private const string Help = """
        Two hosts exchange Enterprise Extender, bulk and interactive traffic through ESP; a report says who was protected by what, what was lost, how long it took and where the CPU time went.

        The hosts agree on their keys by IKEv2; with --keys manual both are given the same random ones.

        Without --namespaces both hosts live in this process and need no privileges and no network. With it (root) each is a process in a network namespace of its own.

        Examples:
          ipsecdp lab
          ipsecdp lab --suite aes-256-cbc+hmac-sha2-256-128 --mode tunnel --engines 2 --seconds 5
          ipsecdp lab --load ee --fault corrupt=1%,duplicate=1%,reorder=5% --json
          sudo ipsecdp lab --namespaces --capture nfqueue --mode transport
          sudo ipsecdp lab --namespaces --encap esp --family 6 --pcap wire.pcapng
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var options = new LabArguments();
        var verb = new Command("lab", Help);
        options.AddTo(verb);
        verb.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            return Run(options.Read(parsed), interruption.Token);
        });
        return verb;
    }

    private static int Run(LabOptions options, CancellationToken cancellation)
    {
        try
        {
            RequireSuite(options);
            WarnOfKeys(options);
            Func<Action<LabProgress>, LabResult> run = options.InNamespaces
                ? show => new NamespaceLab(options).Run(show, cancellation)
                : show => new MemoryLab(options).Run(show, cancellation);
            var result = options.IsJson ? run(static _ => { }) : LabProgressLine.Watch(options, run);
            Report(result);
            return result.IsSound ? 0 : 1;
        }
        catch (LabException refusal)
        {
            Console.Error.WriteLine($"ipsecdp lab: {refusal.Message}");
            return 1;
        }
    }

    // What an operating system's library lacks, as ChaCha20-Poly1305 before Windows 11, is no fault of whoever named it.
    private static void RequireSuite(LabOptions options)
    {
        if (!LabHost.Crypto.Supports(options.Suite))
        {
            throw new LabException($"the suite {options.Suite.Name} is not available on this system: neither this processor's instructions nor the system's library has it; take another, as {CipherSuite.Default.Name}");
        }
    }

    private static void WarnOfKeys(LabOptions options)
    {
        foreach (var file in new[] { options.KeysFile, options.IkeKeysFile }.OfType<string>())
        {
            Console.Error.WriteLine($"ipsecdp lab: WARNING: the keys of this run are written to {file}; whoever has it can read the capture. Delete it when you are done.");
        }
    }

    private static void Report(LabResult result)
    {
        if (result.Options.IsJson)
        {
            using var output = Console.OpenStandardOutput();
            LabDocument.Write(result, output);
            return;
        }

        LabReportView.Print(result, ReportConsole.Create());
    }
}
