#!/bin/busybox sh
# The first program of the virtual machine: load the modules, mount the host's files, run the proof, switch off.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
. /settings
for module in /modules/*.ko; do insmod "$module" || echo "not loaded: $module"; done
mount -t configfs config /sys/kernel/config
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host || echo "no files of the host"
for place in proc sys dev; do mount -o rbind "/$place" "/host/$place"; done
mount -t tmpfs tmp /host/mnt
mount -t tmpfs run /host/run
stty -F /dev/ttyS1 raw 2>/dev/null
chroot /host /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/mnt TMPDIR=/mnt EXTRA="$extra" \
    PYTHONPATH="$checkout" PYTHONPYCACHEPREFIX="$checkout/.lodge/cache/python" PYTHONDONTWRITEBYTECODE=1 \
    "$python" -P -m workbench.usb_stack.guest >/dev/ttyS1 2>/dev/ttyS0
echo "the proof ended with $?"
sync
poweroff -f
