using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Peers.Relay;

namespace IpsecDp.Peers.Verbs;

/// <summary><c>relay</c>: one end of the bare relay, in the network namespace it is started in.</summary>
internal static class RelayVerb
{
    private const string Help = """
        Carries what is routed into a TUN interface over UDP to another end of its kind: superframes as they are, with segmentation offload both ways; or, with --encap raw, cut into IP packets of protocol 253, which have no such offload; or, with --encap sealed, in datagrams that the product's AES-128-GCM seals and opens with a key that is no secret; no ESP, no checks, no policy. It is the limit of the path that a tunnel is measured against.

        It says "ready" once packets pass and runs until SIGINT or SIGTERM.

        Example, in two network namespaces joined by a link with 192.0.2.1 and 192.0.2.2:
          bench/run relay --local 192.0.2.1:4600 --remote 192.0.2.2:4600 --address 10.92.0.1/32 --route 10.92.0.2/32
          bench/run relay --local 192.0.2.2:4600 --remote 192.0.2.1:4600 --address 10.92.0.2/32 --route 10.92.0.1/32
        """;

    private const int LeastMtu = 1280;
    private const int MostMtu = 1460;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var tun = new Option<string>("--tun") { Description = "Name of the TUN interface", DefaultValueFactory = _ => "relay0", HelpName = "NAME" };
        var local = EndPoint("--local", "This end's address and UDP port");
        var remote = EndPoint("--remote", "The other end's");
        var address = Prefix("--address", "Address of the TUN interface");
        var route = Prefix("--route", "Prefix routed into it");
        var mtu = new Option<int>("--mtu") { Description = $"MTU of the TUN interface, {LeastMtu} to {MostMtu}", DefaultValueFactory = _ => 1438, HelpName = "N" };
        mtu.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < LeastMtu or > MostMtu)
            {
                result.AddError($"--mtu takes {LeastMtu} to {MostMtu}");
            }
        });
        var placement = new Option<string>("--placement") { Description = "free, or the processors of the outbound and of the inbound thread as 0,1", DefaultValueFactory = _ => "free", HelpName = "free|A,B" };
        placement.Validators.Add(result =>
        {
            if (!TryReadPlacement(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("--placement takes free, or two processors as 0,1");
            }
        });
        var encap = new Option<string>("--encap") { Description = "udp, raw for IP packets, or sealed for UDP with the cipher", DefaultValueFactory = _ => "udp" };
        encap.AcceptOnlyFromAmong([.. Enum.GetNames<RelayForm>().Select(form => form.ToLowerInvariant())]);
        var verb = new Command("relay", Help) { tun, local, remote, address, route, mtu, placement, encap };
        verb.SetAction(parsed => Run(new RelayOptions
        {
            Tun = parsed.GetValue(tun)!,
            Local = parsed.GetValue(local)!,
            Remote = parsed.GetValue(remote)!,
            Address = parsed.GetValue(address)!,
            Route = parsed.GetValue(route)!,
            Form = Enum.Parse<RelayForm>(parsed.GetValue(encap)!, ignoreCase: true),
            Mtu = parsed.GetValue(mtu),
            Placement = TryReadPlacement(parsed.GetValue(placement), out var processors) ? processors : null,
        }));
        return verb;
    }

    private static int Run(RelayOptions options)
    {
        using var interruption = new Interruption();
        try
        {
            var tunnel = RelayTunnel.Start(options);
            Console.WriteLine("ready");
            interruption.Token.WaitHandle.WaitOne();
            Console.WriteLine($"refused: {tunnel.Refused.Outbound} outbound, {tunnel.Refused.Inbound} inbound");
            return 0;
        }
        catch (AdapterException refusal)
        {
            Console.Error.WriteLine($"relay: {refusal.Message}");
            return 1;
        }
    }

    private static Option<IPEndPoint> EndPoint(string name, string description) => new(name)
    {
        Description = description,
        Required = true,
        HelpName = "ADDR:PORT",
        CustomParser = result =>
        {
            if (IPEndPoint.TryParse(Typed(result), out var point) && point.Port > 0)
            {
                return point;
            }

            result.AddError($"{name} takes an IPv4 address and a port, as 192.0.2.1:4600");
            return null;
        },
    };

    private static Option<InterfaceAddress> Prefix(string name, string description) => new(name)
    {
        Description = description,
        Required = true,
        HelpName = "ADDR/LEN",
        CustomParser = result =>
        {
            if (InterfaceAddress.TryParse(Typed(result), out var prefix))
            {
                return prefix;
            }

            result.AddError($"{name} takes an address with a prefix length, as 10.92.0.1/32");
            return null;
        },
    };

    private static bool TryReadPlacement(string? text, out (int Outbound, int Inbound)? processors)
    {
        processors = null;
        if (text == "free")
        {
            return true;
        }

        var parts = text?.Split(',') ?? [];
        if (parts.Length != 2 || !ushort.TryParse(parts[0], out var outbound) || !ushort.TryParse(parts[1], out var inbound))
        {
            return false;
        }

        processors = (outbound, inbound);
        return true;
    }

    private static string Typed(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
}
